// The verifier, given its WebAssembly. Knows no file system and no network, so it runs wherever WebAssembly does.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether `touchstone.wasm` refers this to `touchstone-whole.wasm`, given what it answered: a presentation, a proof bundle, or status proofs. */
export function isForWhole(file, {error}, {statusProofs} = {}) {
  if(statusProofs?.length > 0) {
    return true;
  }
  return error !== undefined && (error.code === 'presentation_given' || decoder.decode(file.subarray(0, 64)).includes('"touchstone-bundle/'));
}

/** Checks what is handed in; one at a time. */
export class Verifier {
  #wasm;

  /** Takes an instance of `touchstone.wasm` or `touchstone-whole.wasm`, which import nothing. */
  constructor(instance) {
    this.#wasm = instance.exports;
  }

  /** Instantiates a compiled module. */
  static async of(module) {
    return new Verifier(await WebAssembly.instantiate(module));
  }

  /** The answer as an object; see index.d.ts. */
  check(file, inputs) {
    return JSON.parse(this.checkText(file, inputs));
  }

  /** The answer byte for byte: the report in it is written as a server writes it. */
  checkText(file, inputs) {
    const {memory, room_for_file, room_for_inputs, check, answer} = this.#wasm;
    const write = (room, bytes) => {
      const place = room(bytes.length) >>> 0; // Making room can move the memory: look at it afterwards.
      new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
    };
    write(room_for_file, file);
    write(room_for_inputs, encoder.encode(JSON.stringify(inputs)));
    const length = check() >>> 0;
    return decoder.decode(new Uint8Array(memory.buffer, answer() >>> 0, length));
  }
}
