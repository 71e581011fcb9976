// What was called, with which key. It holds fingerprints of keys, never keys, and the newest entries only.
const limit = 10_000;

export class AccessLog {
  #calls = [];
  #refusals = [];

  /** A call that was let through. */
  served(tool, scope, keyFingerprint, meta) {
    push(this.#calls, { time: now(), tool, scope, key_fingerprint: keyFingerprint, meta: meta ?? {} });
  }

  /** A request that was not. `tool` is null when the request did not get as far as naming one. */
  refused(status, tool, keyFingerprint) {
    push(this.#refusals, { time: now(), status, tool, key_fingerprint: keyFingerprint });
  }

  get calls() {
    return this.#calls;
  }

  get refusals() {
    return this.#refusals;
  }
}

const now = () => new Date().toISOString();

function push(list, entry) {
  list.push(entry);
  if (list.length > limit) list.shift();
}
