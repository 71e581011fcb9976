using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>What the fake vault answers below <c>sys/</c>. Called under the vault's lock.</summary>
internal sealed class FakeSys(FakeVault vault)
{
    public Dictionary<string, JsonObject> AuditDevices { get; } = new(StringComparer.Ordinal) { ["file/"] = new JsonObject { ["description"] = string.Empty, ["local"] = false, ["options"] = new JsonObject { ["file_path"] = "/var/log/vault/audit.log" }, ["path"] = "file/", ["type"] = "file" } };

    /// <summary>The headers that the audit log carries, in small letters, and whether their values are hashed.</summary>
    public Dictionary<string, bool> AuditedHeaders { get; } = new(StringComparer.Ordinal);

    public FakeAnswer Health()
    {
        var body = new JsonObject
        {
            ["initialized"] = true,
            ["sealed"] = vault.Sealed,
            ["standby"] = vault.Sealed || vault.Standby,
            ["performance_standby"] = false,
            ["replication_performance_mode"] = vault.Sealed ? "unknown" : "disabled",
            ["replication_dr_mode"] = vault.Sealed ? "unknown" : "disabled",
            ["server_time_utc"] = vault.Now.ToUnixTimeSeconds(),
            ["version"] = vault.Modern ? "1.21.0" : "1.8.0-dev",
        };
        if (!vault.Sealed)
        {
            body["cluster_name"] = "vault-cluster-fake";
            body["cluster_id"] = "00000000-0000-0000-0000-000000000001";
        }

        return new FakeAnswer(vault.Sealed ? 503 : vault.Standby ? 429 : 200) { Bare = body };
    }

    public FakeAnswer SealStatus()
    {
        var body = new JsonObject { ["type"] = "shamir", ["initialized"] = true, ["sealed"] = vault.Sealed, ["t"] = 1, ["n"] = 1, ["progress"] = 0, ["nonce"] = string.Empty, ["version"] = "1.8.0-dev", ["migration"] = false, ["recovery_seal"] = false, ["storage_type"] = "file" };
        if (!vault.Sealed)
        {
            body["cluster_name"] = "vault-cluster-fake";
            body["cluster_id"] = "00000000-0000-0000-0000-000000000001";
        }

        return new FakeAnswer(200) { Bare = body };
    }

    public FakeAnswer Handle(FakeRequest request) => (request.Operation, request.Segments[1..]) switch
    {
        ("update", ["wrapping", "wrap"]) => FakeAnswer.Ok(request.Body.DeepClone()),
        (_, ["policies", "acl", ..]) => vault.Policies.Handle(request),
        (_, ["leases", ..]) => vault.Leases.Handle(request),
        ("read", ["mounts"]) => Flat(new JsonObject(vault.Mounts.Select(pair => KeyValuePair.Create(pair.Key + "/", (JsonNode?)MountNode(pair.Value.Type, pair.Value.Version))))),
        ("update", ["mounts", .. var path]) => vault.AddMount(string.Join('/', path), request.Text("type") ?? string.Empty, request.Body["options"]?["version"]?.ToString()),
        ("read", ["auth"]) => Flat(new JsonObject(vault.AuthMounts.Select(pair => KeyValuePair.Create(pair.Key + "/", (JsonNode?)MountNode(pair.Value, null))))),
        ("update", ["auth", .. var path]) => AddAuth(string.Join('/', path), request.Text("type") ?? string.Empty),
        ("read", ["audit"]) => Flat(new JsonObject(AuditDevices.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())))),
        ("read", ["config", "auditing", "request-headers"]) => Flat(new JsonObject { ["headers"] = new JsonObject(AuditedHeaders.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject { ["hmac"] = pair.Value }))) }),
        ("update", ["config", "auditing", "request-headers", var name]) => AuditHeader(name, request.Flag("hmac") ?? false),
        ("update", ["audit-hash", _]) => Flat(new JsonObject { ["hash"] = vault.Hash(request.Text("input") ?? string.Empty) }),
        ("update", ["capabilities-self"]) => Flat(new JsonObject(request.Texts("paths").Select(path => KeyValuePair.Create(path, (JsonNode?)FakeToken.Names(vault.Policies.Capabilities(request.Token!.Policies, path).Order(StringComparer.Ordinal)))))),
        ("update", ["seal"]) => Seal(true),
        _ => FakeAnswer.Fail(405, "1 error occurred:\n\t* unsupported operation\n\n"),
    };

    private static FakeAnswer Flat(JsonObject data) => FakeAnswer.Ok(data) with { Flat = true };

    private static JsonObject MountNode(string type, string? version) => new()
    {
        ["accessor"] = $"{type}_00000000",
        ["config"] = new JsonObject { ["default_lease_ttl"] = 0, ["force_no_cache"] = false, ["max_lease_ttl"] = 0 },
        ["description"] = string.Empty,
        ["external_entropy_access"] = false,
        ["local"] = false,
        ["options"] = version is null ? null : new JsonObject { ["version"] = version },
        ["seal_wrap"] = false,
        ["type"] = type,
        ["uuid"] = "00000000-0000-0000-0000-000000000002",
    };

    private FakeAnswer Seal(bool value)
    {
        vault.Sealed = value;
        return FakeAnswer.Done;
    }

    private FakeAnswer AddAuth(string path, string type)
    {
        vault.AuthMounts[path] = type;
        return FakeAnswer.Done;
    }

    private FakeAnswer AuditHeader(string name, bool hmac)
    {
        AuditedHeaders[name.ToLowerInvariant()] = hmac;
        return FakeAnswer.Done;
    }
}
