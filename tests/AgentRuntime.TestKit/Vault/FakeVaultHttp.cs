using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The HTTP side of the fake vault: which operation a request is, and how an answer is written.</summary>
internal static class FakeVaultHttp
{
    public static string OperationOf(HttpRequest request) => request.Method switch
    {
        "GET" when request.Query["list"] == "true" => "list",
        "GET" or "HEAD" => "read",
        "LIST" => "list",
        "DELETE" => "delete",
        "PATCH" => "patch",
        _ => "update",
    };

    public static string? TokenOf(HttpRequest request) => request.Headers["X-Vault-Token"].ToString() is { Length: > 0 } token
        ? token
        : request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer] ? bearer : null;

    public static async Task WriteAsync(HttpResponse response, FakeAnswer answer, string id, CancellationToken cancellationToken)
    {
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store";
        if (answer.Location is { } location)
        {
            response.Headers.Location = location;
        }

        if (answer.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }

        var hasBody = answer.Status != 204 && answer.Location is null;
        if (!hasBody)
        {
            return;
        }

        response.ContentType = "application/json";
        var body = answer.Bare ?? (answer.Errors is { } errors ? new JsonObject { ["errors"] = FakeToken.Names(errors) } : Envelope(answer, id));
        await response.WriteAsync(body.ToJsonString(), cancellationToken);
    }

    private static JsonObject Envelope(FakeAnswer answer, string id)
    {
        var body = new JsonObject
        {
            ["request_id"] = answer.WrapInfo is null ? id : string.Empty,
            ["lease_id"] = answer.LeaseId,
            ["renewable"] = answer.Renewable,
            ["lease_duration"] = answer.LeaseDuration,
            ["data"] = answer.Data?.DeepClone(),
            ["wrap_info"] = answer.WrapInfo?.DeepClone(),
            ["warnings"] = answer.Warnings is null ? null : FakeToken.Names(answer.Warnings),
            ["auth"] = answer.Auth?.DeepClone(),
        };
        foreach (var (name, value) in answer.Flat ? answer.Data!.AsObject() : [])
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }
}
