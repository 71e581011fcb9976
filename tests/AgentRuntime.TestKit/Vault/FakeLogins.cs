using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The auth methods of the fake vault: AppRole with secret ids, Kubernetes and JWT with tokens it is told of, certificates by name. Called under the vault's lock.</summary>
internal sealed class FakeLogins(FakeVault vault)
{
    private readonly Dictionary<string, AppRole> _appRoles = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Mount, string Role), Jwt> _jwts = [];
    private readonly Dictionary<string, string[]> _certificates = new(StringComparer.Ordinal);

    /// <summary>How often somebody logged in.</summary>
    public int Count { get; private set; }

    public void AddAppRole(string name, string roleId, TimeSpan ttl, params string[] policies) => _appRoles[name] = new AppRole(roleId, ttl, policies);

    public string AddSecretId(string role, string? secretId = null, int uses = 0)
    {
        secretId ??= vault.NewSecret("sid");
        _appRoles[role].SecretIds[secretId] = uses;
        return secretId;
    }

    public void RemoveSecretIds(string role) => _appRoles[role].SecretIds.Clear();

    public void AddJwt(string mount, string role, string jwt, params string[] policies) => _jwts[(mount, role)] = new Jwt(jwt, policies);

    public void AddCertificate(string name, params string[] policies) => _certificates[name] = policies;

    public FakeAnswer Login(FakeRequest request)
    {
        var mount = request.Segments[1];
        return mount switch
        {
            _ when mount.StartsWith("approle", StringComparison.Ordinal) => LoginAppRole(request),
            _ when mount.StartsWith("cert", StringComparison.Ordinal) => request.CertificateName is { } name && _certificates.TryGetValue(name, out var policies)
                ? Issue(request, "cert", policies, TimeSpan.FromMinutes(20), null)
                : FakeAnswer.Fail(400, "invalid certificate or no client certificate supplied"),
            _ when _jwts.TryGetValue((mount, request.Text("role") ?? string.Empty), out var known) && known.Text == request.Text("jwt") => Issue(request, mount, known.Policies, TimeSpan.FromMinutes(20), new JsonObject { ["role"] = request.Text("role") }),
            _ => FakeAnswer.Fail(vault.Modern ? 403 : 400, "permission denied"),
        };
    }

    public FakeAnswer Handle(FakeRequest request)
    {
        var (name, rest) = (request.Segments[3], request.Segments[4..]);
        switch (request.Operation, rest)
        {
            case ("update", []):
                AddAppRole(name, _appRoles.TryGetValue(name, out var old) ? old.RoleId : vault.NewSecret("rid"), request.Duration("token_ttl") ?? TimeSpan.FromMinutes(20), [.. request.Texts("token_policies")]);
                _appRoles[name].Content = (JsonObject)request.Body.DeepClone();
                return FakeAnswer.Done;
            case ("delete", []):
                _appRoles.Remove(name);
                return FakeAnswer.Done;
        }

        if (!_appRoles.TryGetValue(name, out var role))
        {
            return FakeAnswer.NotFound;
        }

        return (request.Operation, rest) switch
        {
            ("read", []) => FakeAnswer.Ok(role.ToNode()),
            ("update", ["role-id"]) => Rename(role, request.Text("role_id") ?? string.Empty),
            ("read", ["role-id"]) => FakeAnswer.Ok(new JsonObject { ["role_id"] = role.RoleId }),
            ("update", ["secret-id"]) => FakeAnswer.Ok(new JsonObject { ["secret_id"] = AddSecretId(name, uses: role.SecretIdUses), ["secret_id_accessor"] = vault.NewSecret("sia"), ["secret_id_ttl"] = 600 }),
            _ => FakeAnswer.Fail(405, "1 error occurred:\n\t* unsupported operation\n\n"),
        };
    }

    private static FakeAnswer Rename(AppRole role, string roleId)
    {
        role.RoleId = roleId;
        return FakeAnswer.Done;
    }

    public void LimitSecretIds(string role, int uses, int tokenUses, TimeSpan ttl, string[] policies)
    {
        AddAppRole(role, vault.NewSecret("rid"), ttl, policies);
        _appRoles[role].SecretIdUses = uses;
        _appRoles[role].TokenUses = tokenUses;
    }

    private FakeAnswer LoginAppRole(FakeRequest request)
    {
        if (_appRoles.FirstOrDefault(pair => pair.Value.RoleId == request.Text("role_id")) is not { Key: { } name, Value: { } role })
        {
            return FakeAnswer.Fail(400, "invalid role ID");
        }

        if (request.Text("secret_id") is not { } secret)
        {
            return FakeAnswer.Fail(400, "missing secret_id");
        }

        if (!role.SecretIds.TryGetValue(secret, out var uses))
        {
            return FakeAnswer.Fail(400, "invalid secret id");
        }

        if (uses == 1)
        {
            role.SecretIds.Remove(secret);
        }
        else if (uses > 1)
        {
            role.SecretIds[secret] = uses - 1;
        }

        return Issue(request, "approle", role.Policies, role.Ttl, new JsonObject { ["role_name"] = name }, role.TokenUses, role.Content?["token_no_default_policy"]?.GetValue<bool>() is true);
    }

    private FakeAnswer Issue(FakeRequest request, string display, string[] policies, TimeSpan ttl, JsonObject? meta, int uses = 0, bool noDefault = false)
    {
        Count++;
        var token = vault.Tokens.Add(new FakeToken
        {
            Text = vault.NewSecret("s"),
            Accessor = vault.NewSecret("a"),
            Policies = [.. (noDefault ? policies : policies.Append("default")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Meta = meta?.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? string.Empty, StringComparer.Ordinal),
            Created = vault.Now,
            Ttl = ttl,
            Expires = ttl > TimeSpan.Zero ? vault.Now + ttl : null,
            Renewable = true,
            Orphan = true,
            DisplayName = display,
            MadeAt = request.Path,
            Uses = uses,
        });
        return new FakeAnswer(200) { Auth = token.ToAuth() };
    }

    private sealed class AppRole(string roleId, TimeSpan ttl, string[] policies)
    {
        public string RoleId { get; set; } = roleId;

        public TimeSpan Ttl => ttl;

        public string[] Policies => policies;

        public int SecretIdUses { get; set; }

        public int TokenUses { get; set; }

        public JsonObject? Content { get; set; }

        public Dictionary<string, int> SecretIds { get; } = new(StringComparer.Ordinal);

        public JsonObject ToNode()
        {
            var node = new JsonObject
            {
                ["bind_secret_id"] = true,
                ["secret_id_num_uses"] = SecretIdUses,
                ["secret_id_ttl"] = 0,
                ["token_policies"] = FakeToken.Names(policies),
                ["token_ttl"] = (long)ttl.TotalSeconds,
                ["token_max_ttl"] = 0,
                ["token_num_uses"] = TokenUses,
                ["token_type"] = "default",
            };
            foreach (var (name, value) in Content ?? [])
            {
                node[name] = name.EndsWith("ttl", StringComparison.Ordinal) && value is not null ? (long)FakeDuration.Parse(value.ToString()).TotalSeconds : value?.DeepClone();
            }

            return node;
        }
    }

    private sealed record Jwt(string Text, string[] Policies);
}
