// Puts pictures together on the graphics card: the same halvings as without one, and one last step that lays the
// person over what is behind. First rows are the upper ones everywhere; only the last step turns them, as canvases want.
import type { Composer, Frame } from "./composer";
import { HALVINGS, type Hiding, type Picture, isPicture } from "./effect";
import type { Box } from "./fit";
import { LOOK, type Outline } from "./outline";
import { paint } from "./pictures";
import type { Size } from "../sizes";

const CORNERS = `#version 300 es
uniform bool turned;
out vec2 at;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  at = turned ? vec2(corner.x, 1.0 - corner.y) : corner;
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const COPY = `#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 at;
out vec4 colour;
void main() { colour = vec4(texture(picture, at).rgb, 1.0); }`;

const LAY_OVER = `#version 300 es
precision mediump float;
uniform sampler2D behind;
uniform sampler2D picture;
uniform sampler2D outline;
uniform vec4 within;
uniform float trust;
in vec2 at;
out vec4 colour;
void main() {
  float person = trust * texture(outline, within.xy + at * within.zw).r;
  colour = vec4(mix(texture(behind, at).rgb, texture(picture, at).rgb, person), 1.0);
}`;

interface Step {
  readonly texture: WebGLTexture;
  readonly frame: WebGLFramebuffer;
  width: number;
  height: number;
}

export class CardComposer implements Composer {
  readonly canvas = new OffscreenCanvas(2, 2);
  readonly card = true;
  readonly #gl: WebGL2RenderingContext;
  readonly #copy: WebGLProgram;
  readonly #layOver: WebGLProgram;
  readonly #frame: WebGLTexture;
  readonly #outline: WebGLTexture;
  readonly #picture: WebGLTexture;
  readonly #steps: Step[];
  #painted: Picture | undefined;

  constructor() {
    const gl = this.canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    if (!gl) throw new Error("no graphics here");
    this.#gl = gl;
    this.#copy = programOf(gl, COPY);
    this.#layOver = programOf(gl, LAY_OVER);
    this.#frame = textureOf(gl);
    this.#outline = textureOf(gl);
    this.#picture = textureOf(gl);
    this.#steps = Array.from({ length: Math.max(HALVINGS.light, HALVINGS.strong) }, () => stepOf(gl));
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
  }

  /** What the browser calls the card. */
  get name(): string {
    const gl = this.#gl;
    // Some browsers say it plainly, others only through this extension.
    const more = gl.getExtension("WEBGL_debug_renderer_info");
    return [gl.RENDERER, ...(more ? [more.UNMASKED_RENDERER_WEBGL] : [])].map((what) => String(gl.getParameter(what))).join(" ");
  }

  compose(frame: Frame, size: Size, outline: Outline | undefined, effect: Hiding): void {
    const gl = this.#gl;
    if (gl.isContextLost()) throw new Error("the graphics card was taken away");
    if (this.canvas.width !== size.width) this.canvas.width = size.width;
    if (this.canvas.height !== size.height) this.canvas.height = size.height;
    gl.bindTexture(gl.TEXTURE_2D, this.#frame);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, frame);
    const behind = outline && isPicture(effect) ? this.#paintedPicture(effect) : this.#blurred(size, blurOf(outline, effect));
    if (outline) {
      gl.bindTexture(gl.TEXTURE_2D, this.#outline);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, LOOK.width, LOOK.height, 0, gl.RED, gl.UNSIGNED_BYTE, new Uint8Array(outline.certainty.buffer));
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, size.width, size.height);
    gl.useProgram(this.#layOver);
    this.#bind(this.#layOver, "behind", 0, behind);
    this.#bind(this.#layOver, "picture", 1, this.#frame);
    this.#bind(this.#layOver, "outline", 2, this.#outline);
    const part = partOf(outline?.within);
    gl.uniform4f(gl.getUniformLocation(this.#layOver, "within"), part.x, part.y, part.width, part.height);
    gl.uniform1f(gl.getUniformLocation(this.#layOver, "trust"), outline ? 1 : 0);
    gl.uniform1i(gl.getUniformLocation(this.#layOver, "turned"), 1);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  close(): void {
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #blurred(size: Size, halvings: number): WebGLTexture {
    const steps = this.#steps.slice(0, halvings);
    let before = this.#frame;
    steps.forEach((step, index) => {
      this.#fit(step, size, 2 ** (index + 1));
      this.#draw(before, step);
      before = step.texture;
    });
    for (const step of steps.slice(0, -1).reverse()) {
      this.#draw(before, step);
      before = step.texture;
    }
    return before;
  }

  #fit(step: Step, size: Size, divisor: number): void {
    const gl = this.#gl;
    const width = Math.max(1, Math.round(size.width / divisor));
    const height = Math.max(1, Math.round(size.height / divisor));
    if (step.width === width && step.height === height) return;
    gl.bindTexture(gl.TEXTURE_2D, step.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, step.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, step.texture, 0);
    Object.assign(step, { width, height });
  }

  #draw(from: WebGLTexture, to: Step): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, to.frame);
    gl.viewport(0, 0, to.width, to.height);
    gl.useProgram(this.#copy);
    this.#bind(this.#copy, "picture", 0, from);
    gl.uniform1i(gl.getUniformLocation(this.#copy, "turned"), 0);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  #paintedPicture(picture: Picture): WebGLTexture {
    if (this.#painted !== picture) {
      const size = { width: 640, height: 360 };
      const brush = new OffscreenCanvas(size.width, size.height).getContext("2d", { alpha: false });
      if (!brush) throw new Error("no canvas to draw on");
      paint(brush, picture, size);
      const gl = this.#gl;
      gl.bindTexture(gl.TEXTURE_2D, this.#picture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, brush.canvas);
      this.#painted = picture;
    }
    return this.#picture;
  }

  #bind(program: WebGLProgram, name: string, unit: number, texture: WebGLTexture): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(gl.getUniformLocation(program, name), unit);
  }
}

function blurOf(outline: Outline | undefined, effect: Hiding): number {
  return outline && effect === "light" ? HALVINGS.light : HALVINGS.strong;
}

/** A place in the outline, in parts of it. */
function partOf(within: Box = { x: 0, y: 0, ...LOOK }): Box {
  return { x: within.x / LOOK.width, y: within.y / LOOK.height, width: within.width / LOOK.width, height: within.height / LOOK.height };
}

function programOf(gl: WebGL2RenderingContext, points: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, CORNERS], [gl.FRAGMENT_SHADER, points]] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("the graphics card was taken away");
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "not linked");
  return program;
}

function textureOf(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  for (const edge of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, edge, gl.CLAMP_TO_EDGE);
  return texture;
}

function stepOf(gl: WebGL2RenderingContext): Step {
  return { texture: textureOf(gl), frame: gl.createFramebuffer(), width: 0, height: 0 };
}
