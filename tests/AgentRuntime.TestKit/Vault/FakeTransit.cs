using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>A transit engine of the fake vault: AES-256-GCM, versions, derived keys that authenticate the context. Called under the vault's lock.</summary>
internal sealed class FakeTransit(FakeVault vault, string mount)
{
    private const string Broken = "cipher: message authentication failed";
    private readonly Dictionary<string, Key> _keys = new(StringComparer.Ordinal);

    public FakeAnswer Handle(FakeRequest request) => (request.Operation, request.Path[(mount.Length + 1)..].Split('/')) switch
    {
        ("update", ["encrypt", var name]) => Encrypt(request, name),
        ("update", ["decrypt", var name]) => With(name, key => Batch(request, item => key.Decrypt(item))),
        ("update", ["rewrap", var name]) => With(name, key => Batch(request, item => key.Rewrap(item))),
        ("update", ["datakey", var kind, var name]) => With(name, key => DataKey(key, kind == "plaintext")),
        ("update", ["keys", var name]) => Create(name, request.Flag("derived") == true),
        ("update", ["keys", var name, "rotate"]) => With(name, key =>
        {
            key.Versions.Add(RandomNumberGenerator.GetBytes(32));
            return FakeAnswer.Done;
        }),
        ("update", ["keys", var name, "config"]) => With(name, key =>
        {
            key.Oldest = request.Number("min_decryption_version") ?? key.Oldest;
            return FakeAnswer.Done;
        }),
        ("read", ["keys", var name]) => _keys.TryGetValue(name, out var known) ? FakeAnswer.Ok(known.ToNode(name, vault.Now)) : FakeAnswer.NotFound,
        ("update", ["random", var size]) => FakeAnswer.Ok(new JsonObject { ["random_bytes"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(int.Parse(size, CultureInfo.InvariantCulture))) }),
        _ => FakeAnswer.Fail(405, "1 error occurred:\n\t* unsupported operation\n\n"),
    };

    private FakeAnswer Encrypt(FakeRequest request, string name)
    {
        if (!_keys.ContainsKey(name))
        {
            // Made at first use for those who may.
            Create(name, derived: false);
        }

        return With(name, key => Batch(request, item => key.Encrypt(item)));
    }

    private FakeAnswer With(string name, Func<Key, FakeAnswer> work) => _keys.TryGetValue(name, out var key) ? work(key) : FakeAnswer.Fail(400, "encryption key not found");

    private FakeAnswer Create(string name, bool derived)
    {
        _keys.TryAdd(name, new Key { Derived = derived });
        return FakeAnswer.Done;
    }

    private FakeAnswer Batch(FakeRequest request, Func<JsonObject, JsonObject> work)
    {
        if (request.Body["batch_input"] is JsonArray items)
        {
            var results = items.Select(item => work(item!.AsObject())).ToArray();
            var failed = vault.Modern && results.Any(result => result.ContainsKey("error"));
            return new FakeAnswer(failed ? 400 : 200) { Data = new JsonObject { ["batch_results"] = new JsonArray([.. results]) } };
        }

        var only = work(request.Body);
        return only["error"]?.ToString() switch
        {
            null => FakeAnswer.Ok(only),
            Broken => FakeAnswer.Fail(500, $"1 error occurred:\n\t* {Broken}\n\n"),
            var error => FakeAnswer.Fail(400, error),
        };
    }

    private static FakeAnswer DataKey(Key key, bool plain)
    {
        var bytes = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var data = key.Encrypt(new JsonObject { ["plaintext"] = bytes });
        if (plain)
        {
            data["plaintext"] = bytes;
        }

        return FakeAnswer.Ok(data);
    }

    private sealed class Key
    {
        public bool Derived { get; init; }

        public int Oldest { get; set; } = 1;

        public List<byte[]> Versions { get; } = [RandomNumberGenerator.GetBytes(32)];

        public JsonObject Encrypt(JsonObject item)
        {
            byte[] plain;
            try
            {
                plain = Convert.FromBase64String(item["plaintext"]?.ToString() ?? string.Empty);
            }
            catch (FormatException)
            {
                return Error("illegal base64 data at input byte 3");
            }

            var nonce = RandomNumberGenerator.GetBytes(12);
            var cipher = new byte[plain.Length];
            var tag = new byte[16];
            using var aes = Aes(Versions.Count, item);
            aes.Encrypt(nonce, plain, cipher, tag);
            return new JsonObject { ["ciphertext"] = $"vault:v{Versions.Count}:{Convert.ToBase64String([.. nonce, .. cipher, .. tag])}", ["key_version"] = Versions.Count };
        }

        public JsonObject Decrypt(JsonObject item)
        {
            var parts = item["ciphertext"]?.ToString().Split(':', 3);
            if (parts is not ["vault", ['v', .. var digits], var text] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version > Versions.Count)
            {
                return Error("invalid ciphertext: no prefix");
            }

            if (version < Oldest)
            {
                return Error("ciphertext or signature version is disallowed by policy (too old)");
            }

            try
            {
                var bytes = Convert.FromBase64String(text);
                var plain = new byte[bytes.Length - 28];
                using var aes = Aes(version, item);
                aes.Decrypt(bytes.AsSpan(0, 12), bytes.AsSpan(12, plain.Length), bytes.AsSpan(12 + plain.Length), plain);
                return new JsonObject { ["plaintext"] = Convert.ToBase64String(plain) };
            }
            catch (Exception exception) when (exception is FormatException or CryptographicException or OverflowException)
            {
                return Error(Broken);
            }
        }

        public JsonObject Rewrap(JsonObject item)
        {
            var plain = Decrypt(item);
            if (plain.ContainsKey("error"))
            {
                return plain;
            }

            plain["context"] = item["context"]?.DeepClone();
            return Encrypt(plain);
        }

        public JsonObject ToNode(string name, DateTimeOffset now) => new()
        {
            ["allow_plaintext_backup"] = false,
            ["deletion_allowed"] = false,
            ["derived"] = Derived,
            ["exportable"] = false,
            ["keys"] = new JsonObject(Versions.Select((_, index) => KeyValuePair.Create((index + 1).ToString(CultureInfo.InvariantCulture), (JsonNode?)now.ToUnixTimeSeconds()))),
            ["latest_version"] = Versions.Count,
            ["min_available_version"] = 0,
            ["min_decryption_version"] = Oldest,
            ["min_encryption_version"] = 0,
            ["name"] = name,
            ["supports_decryption"] = true,
            ["supports_derivation"] = true,
            ["supports_encryption"] = true,
            ["supports_signing"] = false,
            ["type"] = "aes256-gcm96",
        };

        private static JsonObject Error(string text) => new() { ["error"] = text };

        private AesGcm Aes(int version, JsonObject item)
        {
            var key = Versions[version - 1];
            return new AesGcm(Derived ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(item["context"]?.ToString() ?? string.Empty)) : key, 16);
        }
    }
}
