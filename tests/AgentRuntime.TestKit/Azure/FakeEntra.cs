using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Azure;

/// <summary>The authority of a <see cref="FakeKeyVault"/>: one tenant, one application, one managed identity. Checks every assertion. Thread-safe.</summary>
public sealed class FakeEntra : IDisposable
{
    /// <summary>The authority's host.</summary>
    public const string Host = "login.microsoftonline.com";

    private readonly ConcurrentDictionary<string, FakeIdentity> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _issued = new();
    private readonly FakeAssertions _assertions;

    internal FakeEntra() => _assertions = new FakeAssertions(TenantId, Application.ClientId);

    /// <summary>The tenant.</summary>
    public Guid TenantId { get; } = Guid.NewGuid();

    /// <summary>The application, which proves itself by a certificate or a federated token.</summary>
    public FakeIdentity Application { get; } = new(Guid.NewGuid(), Guid.NewGuid());

    /// <summary>The identity of the machine.</summary>
    public FakeIdentity Machine { get; } = new(Guid.NewGuid(), Guid.NewGuid());

    /// <summary>Errors quote the assertion, as a hostile authority's would.</summary>
    public bool EchoesAssertion { get; set; }

    /// <summary>Answers every request for a token with this status.</summary>
    public int? Fails { get; set; }

    /// <summary>Every token that was given, oldest first, also those that have ended.</summary>
    public IReadOnlyCollection<string> Tokens => [.. _issued];

    /// <summary>A new certificate of the application with its key, as PEM.</summary>
    /// <param name="isKnown">Whether the application knows it.</param>
    public string NewCertificatePem(bool isKnown = true)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=application", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5));
        if (isKnown)
        {
            _assertions.Trust(X509CertificateLoader.LoadCertificate(certificate.RawData));
        }

        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>A new token of the cluster that the application trusts.</summary>
    /// <param name="isKnown">Whether it comes from that cluster.</param>
    public string NewFederatedToken(bool isKnown = true) => _assertions.NewFederated(isKnown);

    /// <summary>Ends every token that was given.</summary>
    public void RevokeTokens() => _tokens.Clear();

    /// <inheritdoc/>
    public void Dispose() => _assertions.Dispose();

    internal FakeIdentity? IdentityOf(string? token) => token is not null && _tokens.TryGetValue(token, out var identity) ? identity : null;

    internal async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method != "POST" || !context.Request.Path.Value!.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
        {
            await WriteAsync(context, 404, Refusal("AADSTS90002", "invalid_request", null));
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var assertion = form["client_assertion"].ToString();
        var refusal = (Fails, context.Request.Path.Value.Split('/')[1]) switch
        {
            ({ } status, _) => (status, "AADSTS90033", "temporarily_unavailable"),
            (_, var tenant) when tenant != TenantId.ToString() => (400, "AADSTS90002", "invalid_request"),
            _ when form["client_id"] != Application.ClientId.ToString() => (400, "AADSTS700016", "unauthorized_client"),
            _ when form["grant_type"] != "client_credentials" || form["scope"] != "https://vault.azure.net/.default" => (400, "AADSTS70011", "invalid_scope"),
            _ when form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" => (401, "AADSTS7000218", "invalid_client"),
            _ => _assertions.Refuse(assertion) is { } code ? (401, code, "invalid_client") : default,
        };
        if (refusal.Item1 != 0)
        {
            await WriteAsync(context, refusal.Item1, Refusal(refusal.Item2!, refusal.Item3!, assertion));
            return;
        }

        await WriteAsync(context, 200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3599, ["ext_expires_in"] = 3599, ["access_token"] = NewToken(Application) });
    }

    internal async Task AnswerMetadataAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var isToken = context.Request.Path == "/metadata/identity/oauth2/token" && context.Request.Headers["Metadata"] == "true";
        if (!isToken)
        {
            await WriteAsync(context, 404, new JsonObject { ["error"] = "not_found" });
            return;
        }

        if (Fails is { } status)
        {
            await WriteAsync(context, status, new JsonObject { ["error"] = "unavailable" });
            return;
        }

        if (query["resource"] != "https://vault.azure.net" || (query.ContainsKey("client_id") && query["client_id"] != Machine.ClientId.ToString()))
        {
            await WriteAsync(context, 400, new JsonObject { ["error"] = "invalid_request", ["error_description"] = "Identity not found" });
            return;
        }

        await WriteAsync(context, 200, new JsonObject
        {
            ["access_token"] = NewToken(Machine),
            ["client_id"] = Machine.ClientId.ToString(),
            ["expires_in"] = "86399",
            ["expires_on"] = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds().ToString(),
            ["resource"] = "https://vault.azure.net",
            ["token_type"] = "Bearer",
        });
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), context.RequestAborted).AsTask();
    }

    private JsonObject Refusal(string code, string error, string? assertion) => new()
    {
        ["error"] = error,
        ["error_description"] = $"{code}: refused by the fake authority. {(EchoesAssertion ? assertion : null)}",
        ["error_codes"] = new JsonArray(int.Parse(code["AADSTS".Length..])),
        ["correlation_id"] = Guid.NewGuid().ToString(),
    };

    private string NewToken(FakeIdentity identity)
    {
        var token = $"eyJ0eXAiOiJKV1QifQ.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        _tokens[token] = identity;
        _issued.Enqueue(token);
        return token;
    }
}

/// <summary>Who a token belongs to.</summary>
/// <param name="ClientId">The application, <c>appid</c> in the log.</param>
/// <param name="ObjectId">Its principal, <c>objectidentifier</c> in the log.</param>
public sealed record FakeIdentity(Guid ClientId, Guid ObjectId);
