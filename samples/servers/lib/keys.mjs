// The keys a server accepts, one for each scope, and the ways in which a request can carry one.
// A key is compared in constant time and is never printed; logs name it by the first 8 hex digits of its SHA-256.
import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text) => createHash("sha256").update(text, "utf8").digest();

/** Whether two strings are equal, in a time that does not depend on where they differ or how long they are. */
export const same = (a, b) => timingSafeEqual(digest(a), digest(b));

/** A name for a key that is safe to print. */
export const fingerprint = (secret) => digest(secret).toString("hex").slice(0, 8);

const isText = (value) => typeof value === "string" && value.length > 0 && value.length <= 4096;

/**
 * The schemes: `accepts` checks the shape of a key, `read` takes it from request headers (null when there is none),
 * `identity` is the text that is compared, `secret` the part that is fingerprinted.
 */
export const schemes = {
  bearer: {
    challenge: 'Bearer realm="sample"',
    accepts: isText,
    read: (headers) => /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1] ?? null,
    identity: (key) => key,
    secret: (key) => key,
  },
  basic: {
    challenge: 'Basic realm="sample", charset="UTF-8"',
    accepts: (key) => isText(key?.username) && isText(key?.password) && !key.username.includes(":"),
    read: (headers) => {
      const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(headers.authorization ?? "")?.[1];
      const text = encoded ? Buffer.from(encoded, "base64").toString("utf8") : "";
      const colon = text.indexOf(":");
      return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : null;
    },
    identity: (key) => `${key.username}:${key.password}`,
    secret: (key) => key.password,
  },
  /** One header that holds the key, for example X-Api-Key. */
  header: (name) => ({
    challenge: `ApiKey header="${name}"`,
    accepts: isText,
    read: (headers) => headers[name.toLowerCase()] ?? null,
    identity: (key) => key,
    secret: (key) => key,
  }),
  /** Two headers, of which the second one is secret. */
  pair: (idName, tokenName) => ({
    challenge: `ServiceToken headers="${idName} ${tokenName}"`,
    accepts: (key) => isText(key?.id) && isText(key?.token),
    read: (headers) => {
      const id = headers[idName.toLowerCase()];
      const token = headers[tokenName.toLowerCase()];
      return id && token ? { id, token } : null;
    },
    identity: (key) => JSON.stringify([key.id, key.token]),
    secret: (key) => key.token,
  }),
};

/** The keys of one server. `scopes` goes from the least to the greatest; a greater scope includes the lesser ones. */
export class KeyRing {
  #scheme;
  #scopes;
  #keys = new Map();

  constructor(scheme, scopes, keys) {
    this.#scheme = scheme;
    this.#scopes = scopes;
    for (const scope of scopes) {
      this.set(scope, keys?.[scope]);
    }
    const unknown = Object.keys(keys).find((name) => !scopes.includes(name));
    if (unknown !== undefined) {
      throw new Error(`There is no scope with one of the given names. The scopes are: ${scopes.join(", ")}.`);
    }
  }

  get scopes() {
    return this.#scopes;
  }

  get challenge() {
    return this.#scheme.challenge;
  }

  /** Replaces the key of a scope; the old one is refused from now on. */
  set(scope, key) {
    if (!this.#scopes.includes(scope)) {
      throw new Error(`There is no such scope. The scopes are: ${this.#scopes.join(", ")}.`);
    }
    if (!this.#scheme.accepts(key)) {
      throw new Error(`The key of scope ${scope} is missing or has the wrong shape.`);
    }
    this.#keys.set(scope, key);
  }

  /** Who sends this request: `{scope, fingerprint}`, or `{fingerprint}` without a scope when the key is unknown, or null without a key. */
  identify(headers) {
    const key = this.#scheme.read(headers);
    if (key === null) {
      return null;
    }
    const offered = this.#scheme.identity(key);
    let scope;
    for (const [name, known] of this.#keys) {
      // Every known key is compared, whether or not one matched already.
      if (same(offered, this.#scheme.identity(known))) {
        scope = name;
      }
    }
    return { scope, fingerprint: fingerprint(this.#scheme.secret(key)) };
  }

  /** Whether a key of scope `held` may do what needs scope `needed`. */
  allows(held, needed) {
    return this.#scopes.indexOf(held) >= this.#scopes.indexOf(needed);
  }
}
