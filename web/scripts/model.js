// Gives a segmentation model the metadata that the task runtime asks for. The package ships the bare network; how its
// input is meant (red, green, blue, each from 0 to 1) stands in no file, and with other numbers the mask is wrong.
import { Builder, ByteBuffer } from "flatbuffers";

/** Fields of the tables that are touched here, in the order of TensorFlow Lite's schema. */
const MODEL_FIELDS = 8;
const MODEL = { version: 0, operators: 1, subgraphs: 2, description: 3, buffers: 4, oldMetadata: 5, metadata: 6, signatures: 7 };

/** Alignment of tensors, which the old part must keep. */
const ALIGNED = 16;

/** Pixels come as bytes: divided by this they are what the network was trained with. */
const WHITE = 255;

/**
 * A new root is written in front of the old bytes. References in a flatbuffer point forward only, so the old bytes
 * stay as they are and the new root points into them.
 * @param {Uint8Array} model
 * @returns {Uint8Array}
 */
export function withMetadata(model) {
  const old = reader(model);
  const root = old.table(0);
  const buffers = old.vector(root, MODEL.buffers);
  const metadata = inputMetadata();

  const front = writer();
  const rootAt = front.reserve(4);
  front.text("TFL3");
  const table = front.table(MODEL_FIELDS);
  front.pointTo(rootAt, table.at);
  front.setInt(table.field(MODEL.version), old.int(root, MODEL.version));
  const bufferList = front.vector(buffers.length + 1);
  const metadataList = front.vector(1);
  front.pointTo(table.field(MODEL.buffers), bufferList.at);
  front.pointTo(table.field(MODEL.metadata), metadataList.at);
  const entry = front.table(2);
  front.pointTo(metadataList.item(0), entry.at);
  front.setInt(entry.field(1), buffers.length);
  front.pointTo(entry.field(0), front.string("TFLITE_METADATA"));
  const buffer = front.table(1);
  front.pointTo(bufferList.item(buffers.length), buffer.at);
  front.pointTo(buffer.field(0), front.bytes(metadata, ALIGNED));

  const shift = front.align(ALIGNED);
  buffers.forEach((at, index) => front.pointTo(bufferList.item(index), shift + at));
  for (const field of [MODEL.operators, MODEL.subgraphs, MODEL.description, MODEL.signatures]) {
    const at = old.target(root, field);
    if (at === undefined) front.remove(table, field);
    else front.pointTo(table.field(field), shift + at);
  }
  front.remove(table, MODEL.oldMetadata);
  return Buffer.concat([front.done(), model]);
}

/** What the runtime must know of the input, as TensorFlow Lite's metadata schema has it. */
function inputMetadata() {
  const builder = new Builder(512);
  const floats = (/** @type {number} */ value) => {
    builder.startVector(4, 1, 4);
    builder.addFloat32(value);
    return builder.endVector();
  };
  /** @param {number} fields @param {(() => void)[]} set */
  const table = (fields, ...set) => {
    builder.startObject(fields);
    for (const one of set) one();
    return builder.endObject();
  };
  const list = (/** @type {number} */ one) => {
    builder.startVector(4, 1, 4);
    builder.addOffset(one);
    return builder.endVector();
  };
  const at = (/** @type {number} */ field, /** @type {number} */ target) => () => builder.addFieldOffset(field, target, 0);
  const byte = (/** @type {number} */ field, /** @type {number} */ value) => () => builder.addFieldInt8(field, value, 0);

  const [mean, std] = [floats(0), floats(WHITE)];
  const normalization = table(2, at(0, mean), at(1, std));
  const units = list(table(2, byte(0, 1), at(1, normalization)));
  const image = table(2, byte(0, 1)); // red, green, blue
  const content = table(3, byte(0, 2), at(1, image));
  const inputs = list(table(7, at(3, content), at(4, units)));
  const outputs = list(table(7));
  const subgraphs = list(table(9, at(2, inputs), at(3, outputs)));
  const name = builder.createString("selfie segmentation");
  builder.finish(table(8, at(0, name), at(3, subgraphs)), "M001");
  return builder.asUint8Array();
}

/** @param {Uint8Array} bytes */
function reader(bytes) {
  const buffer = new ByteBuffer(bytes);
  /** @param {number} table @param {number} field */
  const field = (table, field) => {
    const offset = buffer.__offset(table, 4 + 2 * field);
    return offset === 0 ? undefined : table + offset;
  };
  /** @param {number} table @param {number} index */
  const target = (table, index) => {
    const at = field(table, index);
    return at === undefined ? undefined : buffer.__indirect(at);
  };
  return {
    table: (/** @type {number} */ at) => buffer.__indirect(at),
    target,
    /** @param {number} table @param {number} index */
    int(table, index) {
      const at = field(table, index);
      return at === undefined ? 0 : buffer.readUint32(at);
    },
    /** Where the tables of a list stand. @param {number} table @param {number} index */
    vector(table, index) {
      const at = target(table, index);
      if (at === undefined) throw new Error("the model lacks a list that every model has");
      const count = buffer.readUint32(at);
      return Array.from({ length: count }, (_, item) => buffer.__indirect(at + 4 + 4 * item));
    },
  };
}

/** Writes little-endian, front to back; what a reference points to is filled in once it is known. */
function writer() {
  let bytes = Buffer.alloc(0);
  const reserve = (/** @type {number} */ count) => {
    const at = bytes.length;
    bytes = Buffer.concat([bytes, Buffer.alloc(count)]);
    return at;
  };
  const align = (/** @type {number} */ to) => {
    reserve((to - (bytes.length % to)) % to);
    return bytes.length;
  };
  /** @param {Uint8Array} content @param {number} [to] */
  const sized = (content, to = 4) => {
    align(4);
    // The content is aligned, not its length, which stands before it.
    while ((bytes.length + 4) % to !== 0) reserve(4);
    const at = reserve(4 + content.length);
    bytes.writeUInt32LE(content.length, at);
    bytes.set(content, at + 4);
    return at;
  };
  return {
    reserve,
    align,
    bytes: sized,
    text(/** @type {string} */ text) {
      const at = reserve(text.length);
      bytes.write(text, at, "latin1");
    },
    string(/** @type {string} */ text) {
      const at = sized(Buffer.from(text, "utf8"));
      reserve(1);
      return at;
    },
    setInt: (/** @type {number} */ at, /** @type {number} */ value) => bytes.writeUInt32LE(value, at),
    pointTo: (/** @type {number} */ at, /** @type {number} */ to) => bytes.writeUInt32LE(to - at, at),
    /** A table whose fields have four bytes each; its list of fields stands right before it. */
    table(/** @type {number} */ fields) {
      align(4);
      const listAt = reserve(4 + 2 * fields);
      const at = align(4);
      reserve(4 + 4 * fields);
      bytes.writeUInt16LE(4 + 2 * fields, listAt);
      bytes.writeUInt16LE(4 + 4 * fields, listAt + 2);
      for (let one = 0; one < fields; one += 1) bytes.writeUInt16LE(4 + 4 * one, listAt + 4 + 2 * one);
      bytes.writeInt32LE(at - listAt, at);
      return { at, listAt, field: (/** @type {number} */ index) => at + 4 + 4 * index };
    },
    /** Says that a table does not have this field. @param {{ listAt: number }} table @param {number} field */
    remove: (table, field) => bytes.writeUInt16LE(0, table.listAt + 4 + 2 * field),
    vector(/** @type {number} */ count) {
      align(4);
      const at = reserve(4 + 4 * count);
      bytes.writeUInt32LE(count, at);
      return { at, item: (/** @type {number} */ index) => at + 4 + 4 * index };
    },
    done: () => bytes,
  };
}
