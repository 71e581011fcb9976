using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Azure;

/// <summary>Checks the assertions by which an application proves itself (RFC 7523), and makes the tokens of the cluster that it trusts.</summary>
internal sealed class FakeAssertions(Guid tenant, Guid client) : IDisposable
{
    private const string Issuer = "https://cluster.example";
    private const string Audience = "api://AzureADTokenExchange";

    private readonly byte[] _cluster = RandomNumberGenerator.GetBytes(32);
    private readonly List<X509Certificate2> _trusted = [];

    public void Trust(X509Certificate2 certificate) => _trusted.Add(certificate);

    public string NewFederated(bool isKnown)
    {
        var body = new JsonObject { ["iss"] = Issuer, ["sub"] = "system:serviceaccount:agents:runtime", ["aud"] = Audience, ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() };
        var text = $"{Encode(new JsonObject { ["alg"] = "HS256" })}.{Encode(body)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(isKnown ? _cluster : RandomNumberGenerator.GetBytes(32), Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The code of the refusal, or <c>null</c> when the assertion holds.</summary>
    public string? Refuse(string assertion)
    {
        if (assertion.Split('.') is not [var head, var body, var signature])
        {
            return "AADSTS50027";
        }

        var (header, claims) = (Decode(head), Decode(body));
        var proof = Base64Url.DecodeFromChars(signature);
        var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
        if (long.Parse(claims["exp"]!.ToString()) < DateTimeOffset.UtcNow.ToUnixTimeSeconds())
        {
            return "AADSTS700024";
        }

        if (header["alg"]!.GetValue<string>() == "HS256")
        {
            return claims["iss"]!.GetValue<string>() == Issuer && claims["aud"]!.GetValue<string>() == Audience && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_cluster, signed), proof) ? null : "AADSTS70021";
        }

        var isOwn = claims["iss"]!.GetValue<string>() == client.ToString() && claims["sub"]!.GetValue<string>() == client.ToString() && claims["aud"]!.GetValue<string>().Contains(tenant.ToString(), StringComparison.Ordinal);
        return isOwn && _trusted.Exists(certificate => IsBy(certificate, header, signed, proof)) ? null : "AADSTS700027";
    }

    public void Dispose() => _trusted.ForEach(certificate => certificate.Dispose());

    private static bool IsBy(X509Certificate2 certificate, JsonObject header, byte[] signed, byte[] proof)
    {
        using var key = certificate.GetRSAPublicKey()!;
        return (header["alg"]!.GetValue<string>(), (string?)header["x5t#S256"]) switch
        {
            ("PS256", { } print) => print == Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) && key.VerifyData(signed, proof, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => false,
        };
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonObject Decode(string text) => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(text))!;
}
