using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The database engine of the fake vault and its leases. Logins exist in memory only; <see cref="Logins"/> says which are valid. Called under the vault's lock.</summary>
internal sealed class FakeLeases(FakeVault vault)
{
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    /// <summary>The names of the database logins that are valid now.</summary>
    public IReadOnlyList<string> Logins => [.. _leases.Values.Where(IsGood).Select(lease => lease.Username)];

    /// <summary>The roles of the database engine.</summary>
    public HashSet<string> Roles { get; } = new(StringComparer.Ordinal);

    public FakeAnswer Issue(FakeRequest request, string mount)
    {
        if (request.Operation != "read" || request.Path[(mount.Length + 1)..].Split('/') is not ["creds", var role])
        {
            return FakeAnswer.Fail(405, "1 error occurred:\n\t* unsupported operation\n\n");
        }

        if (!Roles.Contains(role))
        {
            return FakeAnswer.Fail(400, $"unknown role: {role}");
        }

        // A token that is at its last use takes its leases along.
        if (request.Token!.Uses < 0)
        {
            return FakeAnswer.Fail(500, "Secret cannot be returned; token had one use left, so leased credentials were immediately revoked.");
        }

        var id = $"{mount}/creds/{role}/{vault.NewSecret("L")}";
        var lease = new Lease(id, request.Token, $"v-token-{role}-{vault.NewSecret("u")[..12]}", vault.Now) { Expires = vault.Now.AddSeconds(60) };
        _leases.Add(id, lease);
        return FakeAnswer.Ok(new JsonObject { ["password"] = $"A1a-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10))}", ["username"] = lease.Username }) with { LeaseId = id, Renewable = true, LeaseDuration = 60 };
    }

    public FakeAnswer Handle(FakeRequest request)
    {
        if (request.Operation == "list")
        {
            var prefix = request.Path["sys/leases/lookup/".Length..].TrimEnd('/') + "/";
            return FakeAnswer.Ok(new JsonObject { ["keys"] = FakeToken.Names(_leases.Values.Where(IsGood).Where(lease => lease.Id.StartsWith(prefix, StringComparison.Ordinal)).Select(lease => lease.Id[prefix.Length..])) });
        }

        if (request.Segments is [_, _, "revoke-prefix", ..])
        {
            var prefix = request.Path["sys/leases/revoke-prefix/".Length..];
            _leases.Values.Where(lease => lease.Id.StartsWith(prefix, StringComparison.Ordinal)).ToList().ForEach(lease => lease.Revoked = true);
            return FakeAnswer.Done;
        }

        var verb = request.Segments[^1];
        if (!_leases.TryGetValue(request.Text("lease_id") ?? string.Empty, out var found) || !IsGood(found))
        {
            return FakeAnswer.Fail(400, verb == "renew" ? "lease not found" : "invalid lease");
        }

        switch (verb)
        {
            case "lookup":
                return FakeAnswer.Ok(new JsonObject
                {
                    ["expire_time"] = FakeVault.Time(found.Expires),
                    ["id"] = found.Id,
                    ["issue_time"] = FakeVault.Time(found.Issued),
                    ["last_renewal"] = null,
                    ["renewable"] = true,
                    ["ttl"] = (long)(found.Expires - vault.Now).TotalSeconds,
                });
            case "renew":
                var asked = request.Number("increment") ?? 60;
                var given = Math.Min(asked, 300);
                found.Expires = vault.Now.AddSeconds(given);
                return new FakeAnswer(200)
                {
                    LeaseId = found.Id,
                    Renewable = true,
                    LeaseDuration = given,
                    Warnings = given < asked ? ["TTL of \"10h\" exceeded the effective max_ttl of \"5m\"; TTL value is capped accordingly"] : null,
                };
            default:
                found.Revoked = true;
                return FakeAnswer.Done;
        }
    }

    public void RevokeOf(FakeToken token) => _leases.Values.Where(lease => lease.Owner == token).ToList().ForEach(lease => lease.Revoked = true);

    private bool IsGood(Lease lease) => !lease.Revoked && lease.Expires > vault.Now;

    private sealed class Lease(string id, FakeToken owner, string username, DateTimeOffset issued)
    {
        public string Id => id;

        public FakeToken Owner => owner;

        public string Username => username;

        public DateTimeOffset Issued => issued;

        public DateTimeOffset Expires { get; set; }

        public bool Revoked { get; set; }
    }
}
