using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Azure;

/// <summary>The diagnostic log of a <see cref="FakeKeyVault"/>, category <c>AuditEvent</c>, as Azure Monitor writes it to a storage account. Thread-safe.</summary>
/// <remarks>Form: https://learn.microsoft.com/azure/key-vault/general/logging.</remarks>
public sealed class FakeVaultLog
{
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _records = [];

    /// <summary>Every record, oldest first.</summary>
    public IReadOnlyList<JsonObject> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records.Select(record => (JsonObject)record.DeepClone())];
            }
        }
    }

    /// <summary>The records as JSON lines, as new storage accounts hold them.</summary>
    public string ToJsonLines() => string.Concat(Records.Select(record => record.ToJsonString() + "\n"));

    /// <summary>The records as one document <c>{"records":[...]}</c>, as the older form is.</summary>
    public string ToDocument() => new JsonObject { ["records"] = new JsonArray([.. Records]) }.ToJsonString();

    internal void Add(FakeRequest request, int status, FakeIdentity? identity, string? id)
    {
        var claims = new JsonObject();
        if (identity is not null)
        {
            claims["http://schemas.microsoft.com/identity/claims/objectidentifier"] = identity.ObjectId.ToString();
            claims["appid"] = identity.ClientId.ToString();
        }

        var record = new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            ["resourceId"] = $"/SUBSCRIPTIONS/00000000-1111-2222-3333-444444444444/RESOURCEGROUPS/TEST/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/{request.Url.Host.Split('.')[0].ToUpperInvariant()}",
            ["operationName"] = OperationOf(request, identity),
            ["operationVersion"] = request.ApiVersion,
            ["category"] = "AuditEvent",
            ["resultType"] = "Success",
            ["resultSignature"] = SignatureOf(status),
            ["resultDescription"] = string.Empty,
            ["durationMs"] = "12",
            ["callerIpAddress"] = "127.0.0.1",
            ["correlationId"] = Guid.TryParse(request.ClientRequestId, out _) ? request.ClientRequestId : Guid.NewGuid().ToString(),
            ["identity"] = new JsonObject { ["claim"] = claims },
            ["properties"] = new JsonObject
            {
                ["id"] = id,
                ["clientInfo"] = request.UserAgent,
                ["requestUri"] = request.Url.ToString(),
                ["httpStatusCode"] = status,
                ["tlsVersion"] = "TLS1_3",
            },
        };
        lock (_gate)
        {
            _records.Add(record);
        }
    }

    private static string OperationOf(FakeRequest request, FakeIdentity? identity) => (request.Method, request.Segments) switch
    {
        _ when identity is null => "Authentication",
        ("GET", ["secrets"]) => "SecretList",
        ("GET", ["secrets", _, "versions"]) => "SecretListVersions",
        ("GET", ["secrets", ..]) => "SecretGet",
        ("PUT", _) => "SecretSet",
        ("PATCH", _) => "SecretUpdate",
        ("DELETE", _) => "SecretDelete",
        ("GET", ["deletedsecrets", _]) => "SecretGetDeleted",
        _ => "Unknown",
    };

    private static string SignatureOf(int status) => status switch
    {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        429 => "Too Many Requests",
        _ => "Service Unavailable",
    };
}
