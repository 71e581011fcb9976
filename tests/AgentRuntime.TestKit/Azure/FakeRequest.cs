using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AgentRuntime.TestKit.Azure;

/// <summary>A request to a <see cref="FakeKeyVault"/>, read once.</summary>
internal sealed record FakeRequest(string Method, Uri Url, string[] Segments, string? ApiVersion, int Skip, string? Token, string? ClientRequestId, string UserAgent, JsonObject? Json)
{
    public static async Task<FakeRequest> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        var authorization = request.Headers.Authorization.ToString();
        return new FakeRequest(
            request.Method,
            new Uri(request.GetEncodedUrl()),
            request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries),
            request.Query["api-version"],
            int.TryParse(request.Query["$skiptoken"], out var skip) ? skip : 0,
            authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : null,
            request.Headers["x-ms-client-request-id"],
            request.Headers.UserAgent.ToString(),
            body.Length > 0 ? JsonNode.Parse(body.ToArray()) as JsonObject : null);
    }
}
