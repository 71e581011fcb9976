using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Aws;

/// <summary>Checks Signature Version 4 of a POST without path and query, written from the specification and not from the product.</summary>
internal static class FakeSignature
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The key id that the request is signed with, or <c>null</c>.</summary>
    public static string? KeyId(HttpRequest request) => Part(request, "Credential=")?.Split('/')[0];

    /// <summary>The code of the error, or <c>null</c> when the signature holds.</summary>
    public static string? Check(HttpRequest request, byte[] body, FakeKeys keys, (string Region, string Service) place, TimeProvider time)
    {
        var signed = Part(request, "SignedHeaders=")?.Split(';') ?? [];
        var scope = Part(request, "Credential=")?.Split('/') ?? [];
        var stamp = request.Headers["x-amz-date"].ToString();
        if (scope is not [_, var day, var scopeRegion, var scopeService, "aws4_request"] || scopeRegion != place.Region || scopeService != place.Service || !stamp.StartsWith(day, StringComparison.Ordinal))
        {
            return "InvalidSignatureException";
        }

        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal, out var when) || (time.GetUtcNow() - when).Duration() > Skew)
        {
            return "InvalidSignatureException";
        }

        if (request.Headers["x-amz-security-token"].ToString() != (keys.Token ?? string.Empty) || (keys.Token is not null && !signed.Contains("x-amz-security-token")))
        {
            return "UnrecognizedClientException";
        }

        // A header that matters and is not signed could be changed on the way.
        if (!signed.Contains("host") || !signed.Contains("x-amz-date") || (request.Headers.ContainsKey("X-Amz-Target") && !signed.Contains("x-amz-target")))
        {
            return "InvalidSignatureException";
        }

        var headers = string.Concat(signed.Select(name => $"{name}:{request.Headers[name].ToString().Trim()}\n"));
        var canonical = $"POST\n/\n\n{headers}\n{string.Join(';', signed)}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{day}/{place.Region}/{place.Service}/aws4_request\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { day, place.Region, place.Service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{keys.SecretKey}"), (from, part) => HMACSHA256.HashData(from, Encoding.UTF8.GetBytes(part)));
        return Part(request, "Signature=") == Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) ? null : "InvalidSignatureException";
    }

    private static string? Part(HttpRequest request, string name) =>
        request.Headers.Authorization.ToString().Split(' ', ',').FirstOrDefault(part => part.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}

/// <summary>Keys that a request may be signed with.</summary>
internal readonly record struct FakeKeys(string SecretKey, string? Token);
