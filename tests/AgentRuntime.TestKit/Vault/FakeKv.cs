using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>One key/value engine of the fake vault, of version 1 or 2. Called under the vault's lock.</summary>
internal sealed class FakeKv(FakeVault vault, string mount, bool versioned)
{
    private int _maxVersions = 10;
    private readonly SortedDictionary<string, Secret> _secrets = new(StringComparer.Ordinal);

    public FakeAnswer Handle(FakeRequest request)
    {
        var path = request.Path[(mount.Length + 1)..];
        if (!versioned)
        {
            return One(request, path);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (verb, name) = slash < 0 ? (path, string.Empty) : (path[..slash], path[(slash + 1)..]);
        return (request.Operation, verb) switch
        {
            ("read", "config") => FakeAnswer.Ok(new JsonObject { ["cas_required"] = false, ["delete_version_after"] = "0s", ["max_versions"] = 0 }),
            ("update", "config") => SetConfig(request),
            ("read", "data") => Read(name, request.Query.TryGetValue("version", out var version) ? long.Parse(version, CultureInfo.InvariantCulture) : null),
            ("update", "data") => Write(request, name),
            ("patch", "data") => FakeAnswer.Fail(405),
            ("delete", "data") => Change(name, [Newest(name)], Deleted),
            ("update", "delete") => Change(name, Versions(request), Deleted),
            ("update", "undelete") => Change(name, Versions(request), one => one.Deletion = null),
            ("update", "destroy") => Change(name, Versions(request), one =>
            {
                one.Destroyed = true;
                one.Data = null;
            }),
            ("read", "metadata") => _secrets.TryGetValue(name, out var found) ? FakeAnswer.Ok(found.ToMetadata(vault.Modern)) : FakeAnswer.NotFound,
            ("update", "metadata") => Configure(request, name),
            ("patch", "metadata") when vault.Modern => Patch(request, name),
            ("patch", "metadata") => FakeAnswer.Fail(405),
            ("delete", "metadata") => Forget(name),
            ("list", "metadata") => List(name),
            ("read", "subkeys") when vault.Modern => Subkeys(name),
            _ => new FakeAnswer(404) { Warnings = ["Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv get' for this operation."] },
        };
    }

    private static long[] Versions(FakeRequest request) => request.Body["versions"] is JsonArray array ? [.. array.Select(item => long.Parse(item!.ToString(), CultureInfo.InvariantCulture))] : [];

    private void Deleted(Version one) => one.Deletion ??= vault.Now;

    private long Newest(string name) => _secrets.TryGetValue(name, out var secret) ? secret.Current : 0;

    private FakeAnswer SetConfig(FakeRequest request)
    {
        _maxVersions = request.Number("max_versions") is { } most and > 0 ? most : _maxVersions;
        return FakeAnswer.Done;
    }

    private FakeAnswer One(FakeRequest request, string path)
    {
        switch (request.Operation)
        {
            case "read":
                return _secrets.TryGetValue(path, out var found)
                    ? FakeAnswer.Ok(found.Versions[^1].Data!.DeepClone()) with { LeaseDuration = found.Versions[^1].Data!["ttl"] is { } ttl ? (long)FakeDuration.Parse(ttl.ToString()).TotalSeconds : 2_764_800 }
                    : FakeAnswer.NotFound;
            case "update":
                _secrets[path] = new Secret { Created = vault.Now, Current = 1, Versions = [new Version(1, vault.Now, (JsonObject)request.Body.DeepClone())] };
                return FakeAnswer.Done;
            case "delete":
                _secrets.Remove(path);
                return FakeAnswer.Done;
            default:
                return List(path);
        }
    }

    private FakeAnswer Read(string name, long? version)
    {
        if (!_secrets.TryGetValue(name, out var secret) || secret.Versions.FirstOrDefault(one => one.Number == (version ?? secret.Current)) is not { } found)
        {
            return FakeAnswer.NotFound;
        }

        var gone = found.Destroyed || found.Deletion <= vault.Now;
        return new FakeAnswer(gone ? 404 : 200) { Data = new JsonObject { ["data"] = gone ? null : found.Data!.DeepClone(), ["metadata"] = found.ToNode(vault.Modern, withNumber: true) } };
    }

    private FakeAnswer Write(FakeRequest request, string name)
    {
        if (request.Body["data"] is not JsonObject data)
        {
            return FakeAnswer.Fail(400, "no data provided");
        }

        if (vault.LargestValue is { } largest && data.ToJsonString().Length > largest)
        {
            return FakeAnswer.Fail(500, "1 error occurred:\n\t* put failed due to value being too large\n\n");
        }

        var newest = Newest(name);
        var cas = request.Body["options"]?["cas"]?.GetValue<long>();
        if (cas is null && (vault.CasRequired || (_secrets.TryGetValue(name, out var known) && known.CasRequired)))
        {
            return FakeAnswer.Fail(400, "check-and-set parameter required for this call");
        }

        if (cas is not null && cas != newest)
        {
            return FakeAnswer.Fail(400, "check-and-set parameter did not match the current version");
        }

        if (!_secrets.TryGetValue(name, out var secret))
        {
            _secrets[name] = secret = new Secret { Created = vault.Now };
        }

        var version = new Version(++secret.Current, vault.Now, (JsonObject)data.DeepClone());
        secret.Versions.Add(version);
        secret.Versions.RemoveAll(one => one.Number <= secret.Current - (secret.MaxVersions == 0 ? _maxVersions : secret.MaxVersions));
        return FakeAnswer.Ok(version.ToNode(vault.Modern, withNumber: true));
    }

    private FakeAnswer Change(string name, long[] versions, Action<Version> change)
    {
        if (!_secrets.TryGetValue(name, out var secret))
        {
            return FakeAnswer.NotFound;
        }

        secret.Versions.Where(one => versions.Contains(one.Number)).ToList().ForEach(change);
        return FakeAnswer.Done;
    }

    private FakeAnswer Configure(FakeRequest request, string name)
    {
        if (!_secrets.TryGetValue(name, out var secret))
        {
            _secrets[name] = secret = new Secret { Created = vault.Now };
        }

        secret.CasRequired = request.Flag("cas_required") ?? secret.CasRequired;
        secret.MaxVersions = request.Number("max_versions") ?? secret.MaxVersions;
        if (vault.Modern && request.Body["custom_metadata"] is JsonObject custom)
        {
            secret.Custom = custom.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal);
        }

        return FakeAnswer.Done;
    }

    private FakeAnswer Patch(FakeRequest request, string name)
    {
        if (!_secrets.TryGetValue(name, out var secret))
        {
            return FakeAnswer.NotFound;
        }

        foreach (var (key, value) in request.Body["custom_metadata"]?.AsObject() ?? [])
        {
            if (value is null)
            {
                secret.Custom.Remove(key);
            }
            else
            {
                secret.Custom[key] = value.ToString();
            }
        }

        return secret.Custom.Count > 64 ? FakeAnswer.Fail(400, "custom_metadata can contain at most 64 keys") : FakeAnswer.Done;
    }

    private FakeAnswer Forget(string name)
    {
        _secrets.Remove(name);
        return FakeAnswer.Done;
    }

    private FakeAnswer List(string folder)
    {
        var prefix = folder.Length == 0 || folder.EndsWith('/') ? folder : folder + "/";
        var keys = _secrets.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])
            .Select(rest => rest.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? rest[..(slash + 1)] : rest).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return keys.Length == 0 ? FakeAnswer.NotFound : FakeAnswer.Ok(new JsonObject { ["keys"] = FakeToken.Names(keys) });
    }

    private FakeAnswer Subkeys(string name)
    {
        var read = Read(name, version: null);
        if (read.Status != 200)
        {
            return read;
        }

        var names = read.Data!["data"]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)null));
        return FakeAnswer.Ok(new JsonObject { ["metadata"] = read.Data["metadata"]!.DeepClone(), ["subkeys"] = new JsonObject(names) });
    }

    private sealed class Secret
    {
        public DateTimeOffset Created { get; init; }

        public long Current { get; set; }

        public List<Version> Versions { get; init; } = [];

        public bool CasRequired { get; set; }

        public int MaxVersions { get; set; }

        public Dictionary<string, string> Custom { get; set; } = new(StringComparer.Ordinal);

        public JsonObject ToMetadata(bool modern)
        {
            var node = new JsonObject
            {
                ["cas_required"] = CasRequired,
                ["created_time"] = FakeVault.Time(Created),
                ["current_version"] = Current,
                ["delete_version_after"] = "0s",
                ["max_versions"] = MaxVersions,
                ["oldest_version"] = 0,
                ["updated_time"] = FakeVault.Time(Versions.Count > 0 ? Versions[^1].Created : Created),
                ["versions"] = new JsonObject(Versions.Select(one => KeyValuePair.Create(one.Number.ToString(CultureInfo.InvariantCulture), (JsonNode?)one.ToNode(modern: false, withNumber: false)))),
            };
            if (modern)
            {
                node["custom_metadata"] = Custom.Count == 0 ? null : new JsonObject(Custom.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
            }

            return node;
        }
    }

    private sealed class Version(long number, DateTimeOffset created, JsonObject data)
    {
        public long Number => number;

        public DateTimeOffset Created => created;

        public JsonObject? Data { get; set; } = data;

        public DateTimeOffset? Deletion { get; set; }

        public bool Destroyed { get; set; }

        public JsonObject ToNode(bool modern, bool withNumber)
        {
            var node = new JsonObject
            {
                ["created_time"] = FakeVault.Time(created),
                ["deletion_time"] = Deletion is { } time ? FakeVault.Time(time) : string.Empty,
                ["destroyed"] = Destroyed,
            };
            if (withNumber)
            {
                node["version"] = number;
            }

            if (modern)
            {
                node["custom_metadata"] = null;
            }

            return node;
        }
    }
}
