using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime.Internal.Auth;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Signs a POST to the root of a service with Signature Version 4.</summary>
/// <remarks>
/// The signature itself is made by the AWS SDK, which takes the key as a string; the string lives until the garbage collector takes it.
/// Follows <c>reference_sigv-create-signed-request</c> of the IAM user guide.
/// </remarks>
internal static class RequestSigner
{
    /// <summary>Puts the date, the token and the signature into the headers of the request.</summary>
    /// <param name="request">The request; its URI is complete.</param>
    /// <param name="contentType">The type of the body.</param>
    /// <param name="target">The operation, for services that take it as a header.</param>
    /// <param name="body">The body.</param>
    /// <param name="place">Service and region.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="now">The time.</param>
    public static void Sign(HttpRequestMessage request, string contentType, string? target, ReadOnlySpan<byte> body, (string Service, string Region) place, AwsKeys keys, DateTimeOffset now)
    {
        var date = now.UtcDateTime;
        var stamp = date.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var signed = new List<(string Name, string Value)> { ("content-type", contentType), ("host", request.RequestUri!.Authority), ("x-amz-content-sha256", hash), ("x-amz-date", stamp) };
        if (keys.Token is not null)
        {
            signed.Add(("x-amz-security-token", SessionToken.ForHeader(keys)));
        }

        if (target is not null)
        {
            signed.Add(("x-amz-target", target));
        }

        var names = string.Join(';', signed.Select(header => header.Name));
        var canonical = $"POST\n/\n\n{string.Concat(signed.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{hash}";
#pragma warning disable RS0030 // The SDK's signer takes the key as a string.
        var signature = AWS4Signer.ComputeSignature(keys.AccessKeyId, keys.SecretKey.RevealString(), place.Region, date, place.Service, names, canonical);
#pragma warning restore RS0030
        foreach (var (name, value) in signed.Where(header => header.Name is not ("content-type" or "host")))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }
}
