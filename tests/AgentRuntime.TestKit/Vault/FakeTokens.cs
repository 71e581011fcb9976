using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The tokens of the fake vault, their roles and their tree. Called under the vault's lock.</summary>
internal sealed class FakeTokens(FakeVault vault)
{
    private static readonly string[] RoleMembers = ["allowed_policies", "disallowed_policies", "orphan", "renewable", "token_explicit_max_ttl", "token_period", "token_type", "allowed_entity_aliases", "token_no_default_policy"];
    private readonly Dictionary<string, FakeToken> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _roles = new(StringComparer.Ordinal);

    public IEnumerable<FakeToken> All => _byText.Values;

    public FakeToken Add(FakeToken token)
    {
        _byText.Add(token.Text, token);
        return token;
    }

    public FakeToken? Find(string text) => _byText.GetValueOrDefault(text);

    public FakeToken? ByAccessor(string accessor) => accessor.Length == 0 ? null : _byText.Values.FirstOrDefault(token => token.Accessor == accessor);

    /// <summary>Whether the token may be used now.</summary>
    public bool IsGood(FakeToken token) => !token.Revoked && token.Uses >= 0 && (token.Expires is not { } end || end > vault.Now);

    public void Revoke(FakeToken token)
    {
        if (token.Revoked)
        {
            return;
        }

        token.Revoked = true;
        token.EndedAt = vault.Now;
        vault.Leases.RevokeOf(token);
        foreach (var child in _byText.Values.Where(child => child.Parent == token && !child.Orphan).ToArray())
        {
            Revoke(child);
        }
    }

    public FakeAnswer Handle(FakeRequest request) => (request.Operation, request.Segments[2..]) switch
    {
        ("read", ["lookup-self"]) => FakeAnswer.Ok(request.Token!.ToLookup(vault.Now, withId: true)),
        ("update", ["renew-self"]) => Renew(request),
        ("update", ["revoke-self"]) => RevokeSelf(request),
        ("update", ["revoke-accessor"]) => WithAccessor(request, token =>
        {
            Revoke(token);
            return FakeAnswer.Done;
        }),
        ("update", ["lookup-accessor"]) => WithAccessor(request, token => FakeAnswer.Ok(token.ToLookup(vault.Now, withId: false))),
        ("update", ["create"]) or ("update", ["create-orphan"]) => Create(request, role: null, name: null),
        ("update", ["create", var name]) => _roles.TryGetValue(name, out var role) ? Create(request, role, name) : FakeAnswer.Fail(400, $"unknown role {name}"),
        ("update", ["roles", var name]) => WriteRole(request, name),
        ("read", ["roles", var name]) => _roles.TryGetValue(name, out var role) ? FakeAnswer.Ok(role.DeepClone()) : FakeAnswer.NotFound,
        ("delete", ["roles", var name]) => DeleteRole(name),
        ("list", ["roles"]) => FakeAnswer.Ok(new JsonObject { ["keys"] = FakeToken.Names(_roles.Keys.Order(StringComparer.Ordinal)) }),
        _ => FakeAnswer.Fail(405, "1 error occurred:\n\t* unsupported operation\n\n"),
    };

    private FakeAnswer DeleteRole(string name)
    {
        _roles.Remove(name);
        return FakeAnswer.Done;
    }

    private FakeAnswer WriteRole(FakeRequest request, string name)
    {
        if (!_roles.TryGetValue(name, out var role))
        {
            _roles[name] = role = new JsonObject
            {
                ["allowed_entity_aliases"] = null,
                ["allowed_policies"] = new JsonArray(),
                ["disallowed_policies"] = new JsonArray(),
                ["explicit_max_ttl"] = 0,
                ["name"] = name,
                ["orphan"] = false,
                ["path_suffix"] = string.Empty,
                ["period"] = 0,
                ["renewable"] = true,
                ["token_explicit_max_ttl"] = 0,
                ["token_period"] = 0,
                ["token_type"] = "default-service",
            };
        }

        // Members that a server does not know are stored without a word, as a glob of policies was.
        foreach (var (member, value) in request.Body.Where(pair => RoleMembers.Contains(pair.Key, StringComparer.Ordinal) || (vault.Modern && pair.Key == "allowed_policies_glob")))
        {
            role[member] = member is "token_explicit_max_ttl" or "token_period"
                ? (long)request.Duration(member)!.Value.TotalSeconds
                : value is JsonValue text && text.TryGetValue<string>(out var joined) && member.EndsWith("policies", StringComparison.Ordinal) ? FakeToken.Names(joined.Split(',').Order(StringComparer.Ordinal)) : value?.DeepClone();
        }

        return FakeAnswer.Done;
    }

    private FakeAnswer WithAccessor(FakeRequest request, Func<FakeToken, FakeAnswer> work) =>
        ByAccessor(request.Text("accessor") ?? string.Empty) is { Revoked: false } token ? work(token) : FakeAnswer.Fail(vault.Modern ? 403 : 400, "1 error occurred:\n\t* invalid accessor\n\n");

    private FakeAnswer Renew(FakeRequest request)
    {
        var token = request.Token!;
        if (!token.Renewable)
        {
            return FakeAnswer.Fail(400, "lease is not renewable");
        }

        token.Ttl = request.Duration("increment") ?? token.Ttl;
        token.Expires = vault.Now + token.Ttl;
        return new FakeAnswer(200) { Auth = token.ToAuth() };
    }

    private FakeAnswer RevokeSelf(FakeRequest request)
    {
        if (request.Token!.Batch)
        {
            return FakeAnswer.Fail(400, "batch tokens cannot be revoked");
        }

        Revoke(request.Token);
        return FakeAnswer.Done;
    }

    private FakeAnswer Create(FakeRequest request, JsonObject? role, string? name)
    {
        var batch = role?["token_type"]?.ToString() == "batch" || request.Text("type") == "batch";
        if (batch && request.Body.ContainsKey("num_uses"))
        {
            return FakeAnswer.Fail(400, "batch tokens cannot have \"num_uses\" set");
        }

        if (request.Body.ContainsKey("entity_alias") && role?["allowed_entity_aliases"] is null)
        {
            return FakeAnswer.Fail(400, "invalid 'entity_alias' value");
        }

        var asked = request.Texts("policies").Select(policy => policy.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        if (request.Flag("no_default_policy") != true)
        {
            asked.Add("default");
        }

        var policies = asked.Order(StringComparer.Ordinal).ToArray();
        if (Refuse(policies, role, request.Token!) is { } refused)
        {
            return refused;
        }

        List<string> warnings = [];
        var max = TimeSpan.FromSeconds(role?["token_explicit_max_ttl"]?.GetValue<long>() ?? 0);
        var own = request.Duration("explicit_max_ttl") ?? TimeSpan.Zero;
        if (own > TimeSpan.Zero && max > TimeSpan.Zero)
        {
            warnings.Add($"Explicit max TTL specified both during creation call and in role; using the lesser value of {(long)Math.Min(own.TotalSeconds, max.TotalSeconds)} seconds");
        }

        var limit = (own, max) switch
        {
            _ when own > TimeSpan.Zero && (max == TimeSpan.Zero || own < max) => own,
            _ when max > TimeSpan.Zero => max,
            _ => TimeSpan.FromDays(32),
        };
        var ttl = request.Duration("ttl") ?? TimeSpan.FromHours(1);
        if (ttl > limit)
        {
            warnings.Add($"TTL of \"{request.Text("ttl")}\" exceeded the effective max_ttl of \"{limit.TotalMinutes.ToString(CultureInfo.InvariantCulture)}m\"; TTL value is capped accordingly");
            ttl = limit;
        }

        var meta = request.Body["meta"] is JsonObject given ? given.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal) : null;
        var token = new FakeToken
        {
            Text = vault.NewSecret(batch ? "b" : "s"),
            Accessor = batch ? string.Empty : vault.NewSecret("a"),
            Policies = vault.WidensTokens ? [.. policies, "wider"] : policies,
            Meta = meta,
            Created = vault.Now,
            Ttl = ttl,
            Expires = vault.Now + ttl,
            ExplicitMaxTtl = own > TimeSpan.Zero || max > TimeSpan.Zero ? limit : TimeSpan.Zero,
            Renewable = !batch && request.Flag("renewable") != false && role?["renewable"]?.GetValue<bool>() != false,
            Orphan = role?["orphan"]?.GetValue<bool>() == true || request.Flag("no_parent") == true,
            Batch = batch,
            Parent = request.Token,
            DisplayName = request.Text("display_name") is { } display ? $"token-{display}" : "token",
            MadeAt = request.Path,
            Role = name,
            Uses = request.Number("num_uses") ?? 0,
            UnknownFor = vault.NewTokensUnknownFor,
        };
        Add(token);
        return new FakeAnswer(200) { Auth = token.ToAuth(), Warnings = warnings.Count == 0 ? null : warnings };
    }

    private static FakeAnswer? Refuse(string[] policies, JsonObject? role, FakeToken parent)
    {
        var allowed = role?["allowed_policies"] is JsonArray array ? array.Select(item => item!.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        if (role?["allowed_policies_glob"] is JsonArray { Count: > 0 } globs && policies.All(policy => policy == "default" || allowed.Contains(policy) || globs.Any(glob => FakePolicies.Matches(glob!.ToString(), policy))))
        {
            return null;
        }

        if (allowed.Count > 0)
        {
            allowed.Add("default");
            return policies.All(allowed.Contains)
                ? null
                : FakeAnswer.Fail(400, $"token policies ([{Quoted(policies)}]) must be subset of the role's allowed policies ([{Quoted(allowed.Order(StringComparer.Ordinal))}])");
        }

        return role is null && !parent.Policies.Contains("root") && !policies.All(policy => policy == "default" || parent.Policies.Contains(policy))
            ? FakeAnswer.Fail(400, "child policies must be subset of parent")
            : null;
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(' ', names.Select(name => $"\"{name}\""));
}
