using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentRuntime.TestKit.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentRuntime.TestKit.Aws;

/// <summary>
/// AWS Secrets Manager and STS on loopback, for tests of the runtime and of its users: signatures are checked, sessions of one role are given with their
/// policies enforced, labels and versions follow AWS's rules, and everything that was asked is kept, as CloudTrail would. Thread-safe.
/// </summary>
/// <remarks>One account, one region, one role. No resource policies, no replicas, no rotation.</remarks>
public sealed class FakeSecretsManager : IAsyncDisposable
{
    /// <summary>The account.</summary>
    public const string Account = "123456789012";

    private readonly Lock _gate = new();
    private readonly List<FakeSession> _sessions = [];
    private readonly List<FakeCall> _calls = [];
    private LoopbackServer? _server;

    private FakeSecretsManager(string region)
    {
        Region = region;
        Vault = new FakeSecrets(region);
    }

    /// <summary>The region.</summary>
    public string Region { get; }

    /// <summary>The role that can be assumed.</summary>
    public static string RoleArn => $"arn:aws:iam::{Account}:role/agentruntime-step";

    /// <summary>Where both services answer.</summary>
    public Uri Url => _server!.Url;

    /// <summary>The keys of the runtime's own identity.</summary>
    public string AccessKeyId { get; } = $"AKIA{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>The keys of the runtime's own identity.</summary>
    public string SecretKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(30));

    /// <summary>Its clock, by which signatures and sessions age.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Whether the runtime's own identity may read values, as it must without a role.</summary>
    public bool IdentityMayRead { get; set; }

    /// <summary>Whether the runtime's own identity is the account's root.</summary>
    public bool IdentityIsRoot { get; set; }

    /// <summary>The external id that the role asks for.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Whether policies of sessions are ignored, as by a stand-in that does not know them.</summary>
    public bool IgnoresSessionPolicies { get; set; }

    /// <summary>The secrets.</summary>
    public FakeSecrets Vault { get; }

    /// <summary>Switches for what goes wrong.</summary>
    public AwsFaults Faults { get; } = new();

    /// <summary>Names of secrets that the role may not read.</summary>
    public HashSet<string> Denied { get; } = new(StringComparer.Ordinal);

    /// <summary>Every session that was given.</summary>
    public IReadOnlyList<FakeSession> Sessions
    {
        get
        {
            lock (_gate)
            {
                return [.. _sessions];
            }
        }
    }

    /// <summary>Everything that was asked, in order.</summary>
    public IReadOnlyList<FakeCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="certificate">Its certificate, or <c>null</c> for plain http.</param>
    /// <param name="region">Its region.</param>
    public static async Task<FakeSecretsManager> StartAsync(X509Certificate2? certificate = null, string region = "eu-central-1")
    {
        var fake = new FakeSecretsManager(region);
        fake._server = await LoopbackServer.StartAsync(fake.AnswerAsync, certificate);
        return fake;
    }

    /// <summary>Every session that was given so far is over.</summary>
    public void EndSessions()
    {
        lock (_gate)
        {
            _sessions.ForEach(session => session.IsOver = true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        var body = copy.ToArray();
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        var service = target.Length > 0 ? "secretsmanager" : "sts";
        if (await Faults.InterceptAsync(context, service))
        {
            return;
        }

        FakeCall call;
        string? text;
        string message;
        lock (_gate)
        {
            (call, text, message) = service == "sts" ? Sts(context.Request, body) : Secrets(context.Request, body, target);
            _calls.Add(call);
        }

        context.Response.Headers["x-amzn-RequestId"] = call.RequestId;
        if (call.Error is { } error)
        {
            await AwsAnswers.FailAsync(context, service, error, message);
            return;
        }

        await context.Response.WriteAsync(text!, context.RequestAborted);
    }

    private (FakeCall Call, string? Text, string Message) Secrets(HttpRequest request, byte[] body, string target)
    {
        var operation = target.Split('.')[^1];
        var ask = new FakeRequest(operation, body);
        var (session, refused) = Identify(request, body, "secretsmanager");
        var call = new FakeCall(operation, session?.Name, ask.Name, ask.Text("VersionStage"), Guid.NewGuid().ToString(), refused);
        if (refused is not null)
        {
            return (call, null, "The request is refused.");
        }

        if (!MayRun(operation, session, ask, out var message))
        {
            return (call with { Error = "AccessDeniedException" }, null, message);
        }

        var (text, error, words) = Vault.Run(ask);
        return (call with { Error = error }, text, words);
    }

    private bool MayRun(string operation, FakeSession? session, FakeRequest ask, out string message)
    {
        var name = ask.Name ?? string.Empty;
        var arn = Vault.Find(name)?.Arn ?? $"arn:aws:secretsmanager:{Region}:{Account}:secret:{name}-000000";
        message = $"User: arn:aws:sts::{Account}:assumed-role/agentruntime-step/{session?.Name} is not authorized to perform: secretsmanager:{operation} on resource: {arn}";
        if (session is null)
        {
            return operation != "GetSecretValue" || (IdentityMayRead && !Denied.Contains(name));
        }

        if (operation != "GetSecretValue" || Denied.Contains(name) || (!IgnoresSessionPolicies && !FakePolicy.Allows(session.Policy, $"secretsmanager:{operation}", arn)))
        {
            return false;
        }

        message = "Access to KMS is not allowed";
        var kms = new Dictionary<string, string>(StringComparer.Ordinal) { ["kms:ViaService"] = $"secretsmanager.{Region}.amazonaws.com", ["kms:EncryptionContext:SecretARN"] = arn };
        return Vault.Find(name) is not { HasCustomerKey: true } || FakePolicy.Allows(session.Policy, "kms:Decrypt", $"arn:aws:kms:{Region}:{Account}:key/1", kms);
    }

    private (FakeSession? Session, string? Refused) Identify(HttpRequest request, byte[] body, string service)
    {
        var id = FakeSignature.KeyId(request);
        if (id == AccessKeyId)
        {
            return (null, FakeSignature.Check(request, body, new(SecretKey, null), (Region, service), Time));
        }

        if (_sessions.Find(one => one.AccessKeyId == id) is not { } session)
        {
            return (null, id is null ? "MissingAuthenticationTokenException" : "UnrecognizedClientException");
        }

        var refused = FakeSignature.Check(request, body, new(session.SecretKey, session.Token), (Region, service), Time);
        return (session, refused ?? (session.IsOver ? "ExpiredTokenException" : null));
    }

    private (FakeCall Call, string? Text, string Message) Sts(HttpRequest request, byte[] body)
    {
        var form = QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(body));
        var operation = form["Action"].ToString();
        var (session, refused) = Identify(request, body, "sts");
        var call = new FakeCall(operation, session?.Name, null, null, Guid.NewGuid().ToString(), refused);
        if (refused is not null)
        {
            return (call, null, "The request is refused.");
        }

        if (operation == "GetCallerIdentity")
        {
            var arn = session is not null ? $"arn:aws:sts::{Account}:assumed-role/agentruntime-step/{session.Name}" : $"arn:aws:iam::{Account}:{(IdentityIsRoot ? "root" : "user/agentruntime")}";
            return (call, $"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>", string.Empty);
        }

        var made = new FakeSession(
            form["RoleSessionName"].ToString(),
            form["Policy"].ToString(),
            Enumerable.Range(1, 50).Where(i => form.ContainsKey($"Tags.member.{i}.Key")).ToDictionary(i => form[$"Tags.member.{i}.Key"].ToString(), i => form[$"Tags.member.{i}.Value"].ToString(), StringComparer.Ordinal),
            int.Parse(form["DurationSeconds"].ToString()),
            form.TryGetValue("ExternalId", out var external) ? external.ToString() : null,
            $"ASIA{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}",
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(90)));
        if (operation != "AssumeRole" || session is not null || form["RoleArn"].ToString() != RoleArn || made.ExternalId != ExternalId)
        {
            return (call with { Error = "AccessDenied" }, null, $"User is not authorized to perform: sts:{operation}");
        }

        if (WrongIn(made) is { } wrong)
        {
            return (call with { Error = "ValidationError" }, null, wrong);
        }

        _sessions.Add(made);
        return (call with { Session = made.Name }, Answer(made), string.Empty);
    }

    // The limits of API_AssumeRole.
    private static string? WrongIn(FakeSession session) =>
        session.Name.Length is < 2 or > 64 || session.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"_+=,.@-".Contains(c)) ? "roleSessionName"
        : session.Policy.Length is < 1 or > 2048 ? "policy"
        : session.DurationSeconds is < 900 or > 43_200 ? "durationSeconds"
        : session.Tags.Any(tag => tag.Value.Length > 256 || tag.Value.Any(c => !char.IsLetterOrDigit(c) && !" _.:/=+-@".Contains(c))) ? "tags"
        : null;

    private string Answer(FakeSession session) => $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleResult>
            <AssumedRoleUser><AssumedRoleId>AROA1:{session.Name}</AssumedRoleId><Arn>arn:aws:sts::{Account}:assumed-role/agentruntime-step/{session.Name}</Arn></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>{session.AccessKeyId}</AccessKeyId>
              <SecretAccessKey>{session.SecretKey}</SecretAccessKey>
              <SessionToken>{session.Token}</SessionToken>
              <Expiration>{Time.GetUtcNow().AddSeconds(session.DurationSeconds):yyyy-MM-ddTHH:mm:ssZ}</Expiration>
            </Credentials>
            <PackedPolicySize>6</PackedPolicySize>
          </AssumeRoleResult>
        </AssumeRoleResponse>
        """;
}
