// Shared by the build, the checker and the linter. Runes everywhere; styles go into hashed files.
export default {
  compilerOptions: { runes: true },
};
