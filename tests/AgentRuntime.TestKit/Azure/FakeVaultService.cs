using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Azure;

/// <summary>The answers of a <see cref="FakeKeyVault"/>, with switches for everything that goes wrong. Thread-safe.</summary>
public sealed class FakeVaultService(FakeSecrets secrets, FakeEntra entra)
{
    private const int PageSize = 25;
    private const int LargestSecret = 25 * 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Action, string Name)> _denied = [];
    private Func<CancellationToken, Task>? _pass;
    private Action? _release;

    /// <summary>The log of the vault.</summary>
    public FakeVaultLog Log { get; } = new();

    /// <summary>Every request is answered by 503.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>Every request is answered by 429 with this wait.</summary>
    public TimeSpan? Throttle { get; set; }

    /// <summary>The firewall does not know the caller's address.</summary>
    public bool IsFirewalled { get; set; }

    /// <summary>The word for a refusal by rights: <c>ForbiddenByRbac</c>, or <c>ForbiddenByPolicy</c> for access policies.</summary>
    public string DeniedBy { get; set; } = "ForbiddenByRbac";

    /// <summary>What the identity may do anywhere: <c>get</c>, <c>list</c>, <c>set</c>, <c>delete</c>.</summary>
    public HashSet<string> Allowed { get; } = new(StringComparer.Ordinal) { "get", "list", "set", "delete" };

    /// <summary>The resource that the challenge names.</summary>
    public string ChallengeResource { get; set; } = "https://vault.azure.net";

    /// <summary>The authority that the challenge names, with the tenant.</summary>
    public string ChallengeAuthorization { get; set; } = $"https://{FakeEntra.Host}/{entra.TenantId}";

    /// <summary>Errors quote the token that came with the request, as a hostile server's would.</summary>
    public bool EchoesToken { get; set; }

    /// <summary>Answers with this instead, whatever was asked.</summary>
    public (int Status, string Body)? Instead { get; set; }

    /// <summary>Takes from the identity the right to do something with one secret: <c>get</c>, <c>list</c>, <c>set</c> or <c>delete</c>.</summary>
    public void Deny(string action, string name)
    {
        lock (_gate)
        {
            _denied.Add((action, name.ToLowerInvariant()));
        }
    }

    /// <summary>Keeps requests waiting until the hold is disposed.</summary>
    public FakeHold Hold()
    {
        lock (_gate)
        {
            var hold = new FakeHold();
            _pass = hold.PassAsync;
            _release = hold.Release;
            return hold;
        }
    }

    internal void ReleaseAll() => _release?.Invoke();

    internal async Task AnswerAsync(HttpContext context)
    {
        if (_pass is { } pass)
        {
            await pass(context.RequestAborted);
        }

        var request = await FakeRequest.ReadAsync(context);
        var (status, body) = Answer(request, context.Response);
        context.Response.StatusCode = status;
        var id = Guid.NewGuid().ToString();
        context.Response.Headers["x-ms-request-id"] = id;
        context.Response.Headers["x-ms-keyvault-region"] = "westeurope";
        context.Response.Headers["x-ms-keyvault-service-version"] = "1.9.2000.1";
        context.Response.ContentType = "application/json; charset=utf-8";
        Log.Add(request, status, entra.IdentityOf(request.Token), body["id"]?.GetValue<string>());
        var text = Instead is { } other ? other.Body : body.ToJsonString();
        context.Response.StatusCode = Instead?.Status ?? status;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
    }

    private (int Status, JsonObject Body) Answer(FakeRequest request, HttpResponse response)
    {
        if (IsUnavailable)
        {
            return Error(503, "ServiceUnavailable", null, "The service is not available at the moment.", request);
        }

        if (Throttle is { } wait)
        {
            response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString();
            return Error(429, "Throttled", null, "Request was not processed because too many requests were received.", request);
        }

        if (entra.IdentityOf(request.Token) is null)
        {
            response.Headers.WWWAuthenticate = $"Bearer authorization=\"{ChallengeAuthorization}\", resource=\"{ChallengeResource}\"";
            return Error(401, "Unauthorized", null, "AKV10000: Request is missing a Bearer or PoP token.", request);
        }

        if (request.ApiVersion is not ("7.0" or "7.1" or "7.2" or "7.3" or "7.4" or "7.5" or "7.6"))
        {
            return Error(400, "BadParameter", null, "The api-version is not known.", request);
        }

        return IsFirewalled
            ? Error(403, "Forbidden", "ForbiddenByFirewall", "Client address is not authorized and caller is not a trusted service.", request)
            : Route(request);
    }

    private (int Status, JsonObject Body) Route(FakeRequest request) => (request.Method, request.Segments) switch
    {
        ("GET", ["secrets"]) => Check("list", string.Empty, request) ?? Page(request, null),
        ("GET", ["secrets", var name, "versions"]) => Check("list", name, request) ?? Page(request, name),
        ("GET", ["secrets", var name]) => Check("get", name, request) ?? Get(request, name, null),
        ("GET", ["secrets", var name, var version]) => Check("get", name, request) ?? Get(request, name, version),
        ("PUT", ["secrets", var name]) => Check("set", name, request) ?? Put(request, name),
        ("PATCH", ["secrets", var name, var version]) => Check("set", name, request) ?? Patch(request, name, version),
        ("DELETE", ["secrets", var name]) => Check("delete", name, request) ?? Delete(request, name),
        ("GET", ["deletedsecrets", var name]) => Check("get", name, request) ?? Deleted(request, name),
        _ => Error(404, "NotFound", null, "There is nothing at this path.", request),
    };

    private (int Status, JsonObject Body)? Check(string action, string name, FakeRequest request)
    {
        lock (_gate)
        {
            return Allowed.Contains(action) && !_denied.Contains((action, name.ToLowerInvariant()))
                ? null
                : Error(403, "Forbidden", DeniedBy, "Caller is not authorized to perform action on resource.", request);
        }
    }

    private (int Status, JsonObject Body) Get(FakeRequest request, string name, string? version) => secrets.Find(name, version) switch
    {
        null => NotFound(request, name),
        { Enabled: false } => Error(403, "Forbidden", "SecretDisabled", "Operation get is not allowed on a disabled secret.", request),
        var found => (200, secrets.Bundle(name, found, withValue: true)),
    };

    private (int Status, JsonObject Body) Put(FakeRequest request, string name)
    {
        if (request.Json?["value"] is not JsonValue value || Encoding.UTF8.GetByteCount(value.GetValue<string>()) > LargestSecret || name.Length > 127 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return Error(400, "BadParameter", null, "The request has a name, a value or a size that is not allowed.", request);
        }

        return secrets.Set(name, request.Json) is { } version
            ? (200, secrets.Bundle(name, version, withValue: true))
            : Error(409, "Conflict", "ObjectIsDeletedButRecoverable", "Secret is currently in a deleted but recoverable state, and its name cannot be reused.", request);
    }

    private (int Status, JsonObject Body) Patch(FakeRequest request, string name, string version) =>
        secrets.Change(name, version, request.Json ?? []) is { } changed ? (200, secrets.Bundle(name, changed, withValue: false)) : NotFound(request, name);

    private (int Status, JsonObject Body) Delete(FakeRequest request, string name) =>
        secrets.Delete(name) ? Deleted(request, name) : NotFound(request, name);

    private (int Status, JsonObject Body) Deleted(FakeRequest request, string name)
    {
        if (secrets.Find(name, null, deleted: true) is not { } version)
        {
            return NotFound(request, name);
        }

        var bundle = secrets.Bundle(name, version, withValue: false);
        bundle["recoveryId"] = new Uri(request.Url, $"/deletedsecrets/{name}").ToString();
        bundle["deletedDate"] = 1_800_000_000;
        bundle["scheduledPurgeDate"] = 1_807_776_000;
        return (200, bundle);
    }

    private (int Status, JsonObject Body) Page(FakeRequest request, string? name)
    {
        var all = secrets.List(name);
        var page = new JsonArray([.. all.Skip(request.Skip).Take(PageSize)]);
        var next = request.Skip + PageSize;
        var path = name is null ? "/secrets" : $"/secrets/{name}/versions";
        return (200, new JsonObject
        {
            ["value"] = page,
            ["nextLink"] = next < all.Count ? new Uri(request.Url, $"{path}?api-version={request.ApiVersion}&$skiptoken={next}").ToString() : null,
        });
    }

    private (int Status, JsonObject Body) NotFound(FakeRequest request, string name) =>
        Error(404, "SecretNotFound", null, $"A secret with (name/id) {name} was not found in this key vault.", request);

    private (int Status, JsonObject Body) Error(int status, string code, string? inner, string message, FakeRequest request)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = EchoesToken ? $"{message} {request.Token} {JsonSerializer.Serialize(request.Json)}" : message };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }

        return (status, new JsonObject { ["error"] = error });
    }
}
