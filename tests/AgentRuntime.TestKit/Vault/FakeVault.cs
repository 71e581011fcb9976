using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Http;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.TestKit.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentRuntime.TestKit.Vault;

/// <summary>
/// A vault in memory on loopback, over TLS with a private root: tokens with policies, uses, expiry, metadata and a tree; KV 1 and 2; AppRole with wrapping, JWT,
/// Kubernetes and certificate logins; transit; database leases; policies; and an audit log of the real form. It answers what a recorded Vault 1.8 answered.
/// </summary>
/// <remarks>Thread-safe. Switches make it sealed, a standby, slow, rate limited, in failover, or hostile.</remarks>
public sealed class FakeVault : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TestCertificateAuthority _authority;
    private readonly X509Certificate2? _certificate;
    private readonly Dictionary<string, Func<FakeRequest, FakeAnswer>> _engines = new(StringComparer.Ordinal);
    private readonly FakeAudit _audit;
    private readonly FakeLogins _logins;
    private LoopbackServer? _server;
    private volatile ReadHold? _hold;
    private int _failingOver;

    private FakeVault(TimeProvider time, TestCertificateAuthority authority, X509Certificate2? certificate)
    {
        _time = time;
        _authority = authority;
        _certificate = certificate;
        Tokens = new FakeTokens(this);
        Policies = new FakePolicies();
        Leases = new FakeLeases(this);
        Sys = new FakeSys(this);
        _logins = new FakeLogins(this);
        _audit = new FakeAudit(this);
        RootToken = NewSecret("root");
        Tokens.Add(new FakeToken { Text = RootToken, Accessor = NewSecret("a"), Policies = ["root"], Created = Now, Orphan = true, DisplayName = "root", MadeAt = "auth/token/root" });
        AddMount("secret", "kv", "2");
        AddMount("kv1", "kv", "1");
        AddMount("transit", "transit", null);
        AddMount("database", "database", null);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => (_server ?? throw new InvalidOperationException("The server is stopped.")).Url;

    /// <summary>The private root, PEM.</summary>
    public string RootPem => _authority.RootPem;

    /// <summary>A token that may do everything.</summary>
    public string RootToken { get; }

    /// <summary>The clock's now.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Whether it is a server of today; false for the recorded Vault 1.8.</summary>
    public bool Modern { get; set; } = true;

    /// <summary>Whether it takes logins in the headers of a request, as OpenBao does.</summary>
    public bool InlineAuth { get; set; }

    /// <summary>The namespaces it has; <c>null</c> for a server that has none and ignores the header.</summary>
    public IReadOnlyCollection<string>? Namespaces { get; set; }

    public bool Sealed { get; set; }

    /// <summary>Whether it sends everybody to another node.</summary>
    public bool Standby { get; set; }

    /// <summary>What a rate limit asks to wait, in seconds; <c>null</c> for no limit.</summary>
    public int? RetryAfter { get; set; }

    /// <summary>Whether a token that is made gets a policy more than asked.</summary>
    public bool WidensTokens { get; set; }

    /// <summary>How many requests with a new token are refused, as by a node that it has not reached.</summary>
    public int NewTokensUnknownFor { get; set; }

    /// <summary>Whether KV 2 insists on a check-and-set.</summary>
    public bool CasRequired { get; set; }

    /// <summary>The greatest size of a version, or <c>null</c>.</summary>
    public int? LargestValue { get; set; }

    /// <summary>Whether its errors repeat the token and the body that were sent.</summary>
    public bool EchoesInErrors { get; set; }

    /// <summary>Answers in its own way when it gives an answer; called outside of the lock.</summary>
    public Func<FakeRequest, FakeAnswer?>? OnRequest { get; set; }

    /// <summary>Every request in order, as method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The audit log.</summary>
    public IReadOnlyList<string> AuditLines
    {
        get
        {
            lock (_lock)
            {
                return _audit.Lines;
            }
        }
    }

    /// <summary>How often somebody logged in.</summary>
    public int Logins
    {
        get
        {
            lock (_lock)
            {
                return _logins.Count;
            }
        }
    }

    /// <summary>The database logins that are valid now.</summary>
    public IReadOnlyList<string> DatabaseLogins
    {
        get
        {
            lock (_lock)
            {
                return Leases.Logins;
            }
        }
    }

    internal FakeTokens Tokens { get; }

    internal FakePolicies Policies { get; }

    internal FakeLeases Leases { get; }

    internal FakeSys Sys { get; }

    internal SortedDictionary<string, (string Type, string? Version)> Mounts { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, string> AuthMounts { get; } = new(StringComparer.Ordinal) { ["token"] = "token", ["approle"] = "approle", ["kubernetes"] = "kubernetes", ["jwt"] = "jwt", ["cert"] = "cert" };

    /// <summary>Starts one.</summary>
    /// <param name="time">Its clock; the system's by default.</param>
    /// <param name="certificate">Makes its certificate; one for loopback by default.</param>
    /// <param name="plain">Whether it is plain http.</param>
    public static async Task<FakeVault> StartAsync(TimeProvider? time = null, Func<TestCertificateAuthority, X509Certificate2>? certificate = null, bool plain = false)
    {
        var authority = new TestCertificateAuthority();
        var vault = new FakeVault(time ?? TimeProvider.System, authority, plain ? null : certificate is null ? authority.ServerCertificate() : certificate(authority));
        vault._server = await LoopbackServer.StartAsync(vault.ServeAsync, vault._certificate, clientCertificates: true);
        return vault;
    }

    /// <summary>Stops listening; what it holds stays.</summary>
    public async Task StopAsync()
    {
        Port = Address.Port;
        await _server!.DisposeAsync();
        _server = null;
    }

    /// <summary>Listens again at the same port.</summary>
    public async Task StartAgainAsync() => _server = await LoopbackServer.StartAsync(ServeAsync, _certificate, Port, clientCertificates: true);

    /// <summary>The next so many requests meet a failover: an error, then redirects.</summary>
    public void FailOver(int requests) => Volatile.Write(ref _failingOver, requests);

    /// <summary>Requests wait until the hold is disposed.</summary>
    public ReadHold Hold()
    {
        var hold = new ReadHold();
        _hold = hold;
        return hold;
    }

    /// <summary>A policy of this name.</summary>
    public void SetPolicy(string name, string text) => Locked(() => Policies.Set(name, text));

    /// <summary>Removes a policy.</summary>
    public void RemovePolicy(string name) => Locked(() => Policies.Remove(name));

    /// <summary>A token of its own with these policies.</summary>
    public string AddToken(params string[] policies) => Locked(() => Tokens.Add(new FakeToken { Text = NewSecret("s"), Accessor = NewSecret("a"), Policies = policies, Created = Now, Orphan = true, DisplayName = "token", MadeAt = "auth/token/create" }).Text);

    /// <summary>An AppRole; gives its secret id. The role id is <c>role-id-of-NAME</c>.</summary>
    public string AddAppRole(string name, TimeSpan ttl, params string[] policies) => Locked(() =>
    {
        _logins.AddAppRole(name, $"role-id-of-{name}", ttl, policies);
        return _logins.AddSecretId(name);
    });

    /// <summary>A role whose secret ids and tokens have few uses.</summary>
    public void AddLimitedAppRole(string name, int secretIdUses, int tokenUses, TimeSpan ttl, params string[] policies) => Locked(() => _logins.LimitSecretIds(name, secretIdUses, tokenUses, ttl, policies));

    /// <summary>A role with ids that are known already.</summary>
    public void AddAppRole(string name, string roleId, string secretId, TimeSpan ttl, params string[] policies) => Locked(() =>
    {
        _logins.AddAppRole(name, roleId, ttl, policies);
        _logins.AddSecretId(name, secretId);
    });

    /// <summary>Makes every secret id of a role invalid.</summary>
    public void RemoveSecretIds(string role) => Locked(() => _logins.RemoveSecretIds(role));

    /// <summary>A JWT that logs in, at the mount <c>jwt</c> or <c>kubernetes</c>.</summary>
    public void AddJwt(string mount, string role, string jwt, params string[] policies) => Locked(() => _logins.AddJwt(mount, role, jwt, policies));

    /// <summary>A client certificate of this name logs in.</summary>
    public X509Certificate2 AddCertificate(string name, params string[] policies)
    {
        Locked(() => _logins.AddCertificate(name, policies));
        return _authority.ClientCertificate(name);
    }

    /// <summary>A role of the database engine.</summary>
    public void AddDatabaseRole(string name) => Locked(() => Leases.Roles.Add(name));

    /// <summary>Removes every audit device.</summary>
    public void RemoveAuditDevices() => Locked(() => Sys.AuditDevices.Clear());

    /// <summary>Makes the audit log carry a header.</summary>
    public void AuditHeader(string name) => Locked(() => Sys.AuditedHeaders[name.ToLowerInvariant()] = false);

    /// <summary>What is known of the tokens, for looking at.</summary>
    public IReadOnlyList<FakeToken> TokensMadeAt(string path) => Locked(() => Tokens.All.Where(token => token.MadeAt == path).ToArray());

    /// <summary>Whether a token may be used now.</summary>
    public bool IsGood(FakeToken token) => Locked(() => Tokens.IsGood(token));

    /// <summary>Ends a token, as an operator would.</summary>
    public void Revoke(FakeToken token) => Locked(() => Tokens.Revoke(token));

    /// <summary>Wraps an answer; gives the wrapping token.</summary>
    public string Wrap(JsonObject data, string path, TimeSpan ttl) => Locked(() => NewWrapping(FakeAnswer.Ok(data), path, ttl).Text);

    /// <summary>Does one request as root, from behind.</summary>
    public JsonNode? AsRoot(string operation, string path, JsonObject? body = null)
    {
        var request = new FakeRequest(Guid.NewGuid().ToString(), operation, path, body ?? []) { Token = Locked(() => Tokens.Find(RootToken)), TokenText = RootToken };
        var answer = Locked(() => Dispatch(request));
        return answer.Status is >= 200 and < 300 ? answer.Data : throw new InvalidOperationException($"{operation} {path}: {answer.Status} {string.Join(' ', answer.Errors ?? [])}");
    }

    public async ValueTask DisposeAsync()
    {
        _hold?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _certificate?.Dispose();
        _authority.Dispose();
    }

    internal int Port { get; private set; }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    internal string NewSecret(string kind) => $"{kind}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    internal string Hash(string text) => _audit.Hash(text);

    internal string TypeOf(string path) => path switch
    {
        _ when path.StartsWith("sys/", StringComparison.Ordinal) => "system",
        _ when path.StartsWith("auth/", StringComparison.Ordinal) => AuthMounts.GetValueOrDefault(path.Split('/')[1], string.Empty),
        _ => Mounts.FirstOrDefault(pair => path.StartsWith(pair.Key + "/", StringComparison.Ordinal)).Value.Type ?? string.Empty,
    };

    internal FakeAnswer AddMount(string path, string type, string? version)
    {
        if (!Mounts.TryAdd(path, (type, type == "kv" ? version ?? "1" : null)))
        {
            return FakeAnswer.Fail(400, $"path is already in use at {path}/");
        }

        var kv = new FakeKv(this, path, version == "2");
        var transit = new FakeTransit(this, path);
        _engines[path] = type switch
        {
            "kv" => kv.Handle,
            "transit" => transit.Handle,
            "database" => request => Leases.Issue(request, path),
            _ => static _ => FakeAnswer.Fail(400, "plugin not found in the catalog"),
        };
        return FakeAnswer.Done;
    }

    private void Locked(Action work)
    {
        lock (_lock)
        {
            work();
        }
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_lock)
        {
            return work();
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        Requests.Enqueue($"{context.Request.Method} {target}");
        if (_hold is { } hold)
        {
            await hold.PassAsync(context.RequestAborted);
        }

        JsonObject body = [];
        var malformed = false;
        using (var reader = new StreamReader(context.Request.Body))
        {
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            try
            {
                body = text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
            }
            catch (JsonException)
            {
                malformed = true;
            }
        }

        var request = new FakeRequest(Guid.NewGuid().ToString(), FakeVaultHttp.OperationOf(context.Request), Uri.UnescapeDataString(target.StartsWith("/v1/", StringComparison.Ordinal) ? target[4..] : target), body)
        {
            TokenText = FakeVaultHttp.TokenOf(context.Request),
            Headers = context.Request.Headers.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value.ToString(), StringComparer.Ordinal),
            Query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
            Protocol = context.Request.Protocol,
            CertificateName = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        };
        var answer = OnRequest?.Invoke(request) ?? Locked(() => target.Contains("..", StringComparison.Ordinal)
            ? new FakeAnswer(301) { Location = Path.GetFullPath(target) }
            : malformed && !Sealed ? FakeAnswer.Fail(400, "error parsing JSON") : Answer(request));
        if (EchoesInErrors && answer.Errors is not null)
        {
            answer = answer with { Errors = [.. answer.Errors, $"{request.TokenText} {request.Body.ToJsonString()}"] };
        }

        await FakeVaultHttp.WriteAsync(context.Response, answer, request.Id, context.RequestAborted);
    }

    private FakeAnswer Answer(FakeRequest request)
    {
        switch (request.Path)
        {
            case "sys/health":
                return request.Operation == "read" ? Sys.Health() : FakeAnswer.Fail(405);
            case "sys/seal-status":
                return Sys.SealStatus();
        }

        if (Sealed)
        {
            return FakeAnswer.Fail(503, request.TokenText is null ? "Vault is sealed" : "error performing token check: Vault is sealed");
        }

        if (_failingOver > 0)
        {
            return _failingOver-- % 2 == 0
                ? FakeAnswer.Fail(500, "local node not active but active cluster node not found")
                : new FakeAnswer(307) { Location = $"https://127.0.0.1:1/v1/{request.Path}" };
        }

        if (Standby || request.Headers.GetValueOrDefault("x-vault-no-request-forwarding") == "true")
        {
            return new FakeAnswer(307) { Location = $"https://127.0.0.1:1/v1/{request.Path}" };
        }

        if (RetryAfter is { } wait)
        {
            return FakeAnswer.Fail(429, $"request path \"{request.Path}\": rate limit quota exceeded") with { RetryAfter = wait };
        }

        if (Namespaces is not null && request.Headers.TryGetValue("x-vault-namespace", out var place) && !Namespaces.Contains(place.Trim('/')))
        {
            return FakeAnswer.Fail(404, $"no handler for route \"{request.Path}\". route entry not found.");
        }

        return Authorised(request);
    }

    private FakeAnswer Authorised(FakeRequest request)
    {
        var open = request.Path.StartsWith("auth/", StringComparison.Ordinal) && request.Segments is [_, _, "login"];
        if (open)
        {
            return Logged(request, null, AuthMounts.ContainsKey(request.Segments[1]) ? _logins.Login(request) : FakeAnswer.Fail(404, $"no handler for route '{request.Path}'"));
        }

        if (request.Path.StartsWith("sys/wrapping/", StringComparison.Ordinal) && request.Segments[2] is "lookup" or "unwrap" or "rewrap")
        {
            return Logged(request, null, Unwrap(request));
        }

        var token = request.TokenText is { } text ? Tokens.Find(text) : null;
        if (request.TokenText is null && InlineAuth && request.Headers.ContainsKey("x-vault-inline-auth-path"))
        {
            token = Inline(request);
        }
        else if (request.TokenText is null)
        {
            return FakeAnswer.Fail(400, "missing client token");
        }

        if (token is { UnknownFor: > 0 })
        {
            token.UnknownFor--;
            token = null;
        }

        if (token is null || !Tokens.IsGood(token))
        {
            var refused = Modern ? "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n" : "permission denied";
            _audit.Write(request, null, null, "permission denied");
            return FakeAnswer.Fail(403, refused);
        }

        if (token.Wrapped is not null)
        {
            Tokens.Revoke(token);
            return Logged(request with { Token = token }, null, FakeAnswer.Denied);
        }

        // A refused request takes a use too.
        token.Requests++;
        var remaining = token.Uses > 0 ? token.Uses : (int?)null;
        if (token.Uses > 0 && --token.Uses == 0)
        {
            token.Uses = -1;
        }

        var known = request with { Token = token };
        var answer = Policies.Allows(token, Permission(request), request.Operation == "patch" ? "patch" : request.Operation) ? Wrapped(known, Dispatch(known)) : FakeAnswer.Denied;
        Logged(known, remaining, answer);
        if (token.Uses < 0)
        {
            token.EndedAt ??= Now;
            Leases.RevokeOf(token);
        }

        return answer;
    }

    private static string Permission(FakeRequest request) => request.Path;

    private FakeAnswer Logged(FakeRequest request, int? remaining, FakeAnswer answer)
    {
        var error = answer.Status == 403 ? answer.Errors?[0] : null;
        _audit.Write(request, remaining, null, error);
        _audit.Write(request, remaining, answer, error);
        return answer;
    }

    private FakeAnswer Dispatch(FakeRequest request)
    {
        if (request.Path.EndsWith('/') && request.Operation != "list")
        {
            return FakeAnswer.Fail(500, "1 error occurred:\n\t* could not find version data\n\n");
        }

        if (request.Path.StartsWith("auth/token/", StringComparison.Ordinal))
        {
            return Tokens.Handle(request);
        }

        if (request.Segments is ["auth", _, "role", _, ..])
        {
            return _logins.Handle(request);
        }

        if (request.Path.StartsWith("sys/", StringComparison.Ordinal))
        {
            return Sys.Handle(request);
        }

        foreach (var (mount, engine) in _engines)
        {
            if (request.Path.StartsWith(mount + "/", StringComparison.Ordinal))
            {
                return engine(request);
            }
        }

        return FakeAnswer.Fail(404, $"no handler for route '{request.Path}'");
    }

    private FakeToken? Inline(FakeRequest request)
    {
        JsonObject body = [];
        foreach (var (_, value) in request.Headers.Where(pair => pair.Key.StartsWith("x-vault-inline-auth-parameter-", StringComparison.Ordinal)))
        {
            var parameter = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(value))!;
            body[parameter["key"]!.ToString()] = parameter["value"]?.DeepClone();
        }

        var login = _logins.Login(new FakeRequest(request.Id, "update", request.Headers["x-vault-inline-auth-path"], body));
        return login.Auth is { } auth ? Tokens.Find(auth["client_token"]!.ToString()) : null;
    }

    private FakeAnswer Wrapped(FakeRequest request, FakeAnswer answer)
    {
        if (!request.Headers.TryGetValue("x-vault-wrap-ttl", out var ttl) || answer.Status != 200)
        {
            return answer;
        }

        if (!char.IsAsciiDigit(ttl[0]))
        {
            return FakeAnswer.Fail(400, "error parsing X-Vault-Wrap-TTL header: not a duration");
        }

        return new FakeAnswer(200) { WrapInfo = Info(NewWrapping(answer, request.Path, FakeDuration.Parse(ttl)), answer.Auth?["accessor"]?.ToString()) };
    }

    private FakeToken NewWrapping(FakeAnswer answer, string path, TimeSpan ttl) => Tokens.Add(new FakeToken
    {
        Text = NewSecret("w"),
        Accessor = NewSecret("a"),
        Policies = ["response-wrapping"],
        Created = Now,
        Ttl = ttl,
        Expires = Now + ttl,
        Wrapped = answer,
        MadeAt = path,
    });

    private static JsonObject Info(FakeToken token, string? accessor)
    {
        var info = new JsonObject { ["token"] = token.Text, ["accessor"] = token.Accessor, ["ttl"] = (long)token.Ttl.TotalSeconds, ["creation_time"] = Time(token.Created), ["creation_path"] = token.MadeAt };
        if (accessor is not null)
        {
            info["wrapped_accessor"] = accessor;
        }

        return info;
    }

    private FakeAnswer Unwrap(FakeRequest request)
    {
        var text = request.Text("token") ?? request.TokenText ?? string.Empty;
        if (Tokens.Find(text) is not { Wrapped: { } answer } token || !Tokens.IsGood(token))
        {
            return FakeAnswer.Fail(400, "wrapping token is not valid or does not exist");
        }

        if (request.Segments[2] == "lookup")
        {
            return FakeAnswer.Ok(new JsonObject { ["creation_path"] = token.MadeAt, ["creation_time"] = Time(token.Created), ["creation_ttl"] = (long)token.Ttl.TotalSeconds });
        }

        Tokens.Revoke(token);
        return request.Segments[2] == "rewrap" ? new FakeAnswer(200) { WrapInfo = Info(NewWrapping(answer, token.MadeAt, token.Ttl), accessor: null) } : answer;
    }
}
