// Whether it is worth offering at all: asked before anything is loaded.

let known: boolean | undefined;

export function thinkable(): boolean {
  return (known ??= look());
}

function look(): boolean {
  const parts = ["Worker", "OffscreenCanvas", "WebAssembly", "createImageBitmap"].every((part) => part in window);
  if (!parts || !("captureStream" in HTMLCanvasElement.prototype)) return false;
  // The runtime wants it even where it computes without it.
  const graphics = new OffscreenCanvas(1, 1).getContext("webgl2");
  graphics?.getExtension("WEBGL_lose_context")?.loseContext();
  return graphics !== null;
}
