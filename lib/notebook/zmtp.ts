/**
 * Sockets of ZeroMQ over TCP: as much of ZMTP 3.0 as a Jupyter client needs.
 *
 * Sources: ZMTP 3.0, https://rfc.zeromq.org/spec/23/. The npm package `zeromq`
 * does not wake a pending `receive()` in Deno 2.9, hence these few lines.
 */

/** Kinds of sockets: questions and answers, or a subscription to everything. */
export type ZmtpSocketType = "DEALER" | "SUB";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bits in the first byte of a frame. */
const flag = { more: 1, long: 2, command: 4 } as const;

/** A connected socket. */
export class ZmtpSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(65536);
  #start = 0;
  #end = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects to a socket on this machine and shakes hands (mechanism NULL).
   *
   * @param type Kind of socket; `SUB` subscribes to all topics.
   * @param port TCP port.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens.
   * @throws {Error} If the other side does not speak ZMTP 3.
   */
  static async connect(
    type: ZmtpSocketType,
    port: number,
  ): Promise<ZmtpSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new ZmtpSocket(connection);
    try {
      await socket.#shakeHands(type);
    } catch (error) {
      connection.close();
      throw error;
    }
    return socket;
  }

  /**
   * Sends a message.
   *
   * @param frames At least one.
   */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    const parts = frames.flatMap((frame, i) => [
      frameHeader(frame.length, i < frames.length - 1 ? flag.more : 0),
      frame,
    ]);
    await this.#write(concatenate(parts));
  }

  /** The next message, or null once the other side has closed. */
  async receive(): Promise<Uint8Array[] | null> {
    const frames: Uint8Array[] = [];
    while (true) {
      const frame = await this.#readFrame();
      if (frame === null) return null;
      if (frame.flags & flag.command) continue;
      frames.push(frame.body);
      if (!(frame.flags & flag.more)) return frames;
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #shakeHands(type: ZmtpSocketType): Promise<void> {
    const greeting = new Uint8Array(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.set(encoder.encode("NULL"), 12);
    await this.#write(greeting);
    const answer = await this.#read(64);
    if (answer === null || answer[0] !== 0xff || answer[10]! < 3) {
      throw new Error(
        `Cannot connect as the other side must speak ZMTP 3: current value is ${
          answer?.[10] ?? "a closed connection"
        }`,
      );
    }
    const body = concatenate([
      withLength("READY"),
      withLength("Socket-Type"),
      Uint8Array.of(0, 0, 0, type.length),
      encoder.encode(type),
    ]);
    await this.#write(
      concatenate([frameHeader(body.length, flag.command), body]),
    );
    const ready = await this.#readFrame();
    const name = ready === null ? "" : decoder.decode(ready.body.subarray(1));
    if (!name.startsWith("READY")) {
      throw new Error(
        `Cannot connect as the other side must answer READY: current value is ${
          JSON.stringify(name)
        }`,
      );
    }
    if (type === "SUB") await this.send([Uint8Array.of(1)]);
  }

  async #readFrame(): Promise<{ flags: number; body: Uint8Array } | null> {
    const flags = (await this.#read(1))?.[0];
    if (flags === undefined) return null;
    const size = await this.#read(flags & flag.long ? 8 : 1);
    if (size === null) return null;
    const view = new DataView(size.buffer);
    const body = await this.#read(
      flags & flag.long ? Number(view.getBigUint64(0)) : view.getUint8(0),
    );
    return body === null ? null : { flags, body };
  }

  /** So many bytes, or null if the other side closes before. */
  async #read(count: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count;) {
      if (this.#start === this.#end) {
        const read = await this.#connection.read(this.#buffer);
        if (read === null) return null;
        [this.#start, this.#end] = [0, read];
      }
      const end = Math.min(this.#end, this.#start + count - at);
      bytes.set(this.#buffer.subarray(this.#start, end), at);
      at += end - this.#start;
      this.#start = end;
    }
    return bytes;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }
}

function frameHeader(length: number, flags: number): Uint8Array {
  if (length < 256) return Uint8Array.of(flags, length);
  const header = new Uint8Array(9);
  header[0] = flags | flag.long;
  new DataView(header.buffer).setBigUint64(1, BigInt(length));
  return header;
}

function withLength(text: string): Uint8Array {
  return Uint8Array.of(text.length, ...encoder.encode(text));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
