/**
 * Messages between Jupyter clients and kernels, signed.
 *
 * Source: Jupyter messaging protocol 5.3,
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html.
 */
import { createHmac } from "node:crypto";

/** A message from a kernel. */
export interface Message {
  /** Kind of message, for example `stream`. */
  type: string;
  /** Id of the request that it answers; null if there is none. */
  parent: string | null;
  /** What it says. */
  content: Record<string, unknown>;
}

/** Names a client and lets the kernel trust it. */
export interface Session {
  /** Id of the client. */
  id: string;
  /** Secret that both sides sign with. */
  key: string;
}

const delimiter = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A request as the frames that are sent.
 *
 * @param type Kind of request, for example `execute_request`.
 * @param content What it asks.
 * @param session Who asks.
 * @returns Its id, which the answer names as its parent, and its frames.
 */
export function encodeRequest(
  type: string,
  content: Record<string, unknown>,
  session: Session,
): { id: string; frames: Uint8Array[] } {
  const id = crypto.randomUUID();
  const header = {
    msg_id: id,
    msg_type: type,
    session: session.id,
    username: "cathode",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const parts = [header, {}, {}, content].map((part) =>
    encoder.encode(JSON.stringify(part))
  );
  const signature = sign(parts, session.key);
  return {
    id,
    frames: [encoder.encode(delimiter), encoder.encode(signature), ...parts],
  };
}

/**
 * A message from its frames.
 *
 * @param frames As received.
 * @param session Whose key the signature is checked with.
 * @throws {Error} If the message is incomplete or its signature is wrong.
 */
export function decodeMessage(
  frames: readonly Uint8Array[],
  session: Session,
): Message {
  const at = frames.findIndex((frame) =>
    frame.length === delimiter.length && decoder.decode(frame) === delimiter
  );
  const [signature, ...parts] = frames.slice(at + 1, at + 6);
  if (at < 0 || signature === undefined || parts.length < 4) {
    throw new Error(
      `Cannot read the message as it must have six parts: current value is ${
        frames.length - Math.max(at, 0)
      }`,
    );
  }
  if (decoder.decode(signature) !== sign(parts, session.key)) {
    throw new Error(
      "Cannot trust the message as it must be signed with the key of the session: current value is another signature",
    );
  }
  const [header, parent, , content] = parts.map((part) =>
    JSON.parse(decoder.decode(part)) as Record<string, unknown>
  );
  return {
    type: String(header!.msg_type),
    parent: typeof parent!.msg_id === "string" ? parent!.msg_id : null,
    content: content!,
  };
}

function sign(parts: readonly Uint8Array[], key: string): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
