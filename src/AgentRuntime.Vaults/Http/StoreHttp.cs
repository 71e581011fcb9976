using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Http;

/// <summary>The one way over the network to a secret manager: verified TLS 1.2 or newer, no redirects, no cookies, no proxy of the environment.</summary>
/// <remarks>Redirects would carry a token to another host; a proxy would see it.</remarks>
internal static class StoreHttp
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>A handler for one store. The caller disposes it.</summary>
    /// <param name="roots">Private roots that are trusted instead of the machine's, or <c>null</c> for the machine's.</param>
    /// <param name="client">A client certificate, or <c>null</c>.</param>
    public static SocketsHttpHandler CreateHandler(X509Certificate2Collection? roots, X509Certificate2? client = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTime,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
        };
        if (roots is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
        }

        return handler;
    }

    /// <summary>Reads a PEM file with one or more roots.</summary>
    /// <exception cref="SecretStoreException">It is not there or holds no certificate.</exception>
    public static X509Certificate2Collection ReadRoots(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new SecretStoreException(SecretFailureKind.Invalid, $"The CA file {path} cannot be read ({exception.GetType().Name}). It must be a PEM file with at least one certificate.", exception);
        }

        return roots.Count > 0 ? roots : throw new SecretStoreException(SecretFailureKind.Invalid, $"The CA file {path} holds no certificate. It must be a PEM file with at least one.");
    }

    /// <summary>Why a store could not be reached, in words for the operator.</summary>
    /// <param name="exception">What the network said.</param>
    /// <param name="store">What was asked, such as <c>The vault https://vault.example.com:8200</c>.</param>
    public static string Explain(Exception exception, string store) => Cause(exception) switch
    {
        TlsFault.UnknownAuthority => $"{store} shows a certificate that no trusted authority signed. If a private CA signed it, name that CA in ca_file.",
        TlsFault.WrongHost => $"{store} shows a certificate for another host. Use the name that is in the certificate.",
        TlsFault.Expired => $"{store} shows a certificate whose time is over or has not begun. Have it renewed, and check this machine's clock.",
        TlsFault.Other => $"The TLS connection to {store} cannot be made. Check that it is an https port and allows TLS 1.2 or newer.",
        _ => exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            ? $"{store} has a host name that cannot be resolved. Check the address."
            : $"{store} cannot be reached. Check the address, the network, and that it runs.",
    };

    private static TlsFault Cause(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException tls)
            {
                return Read(tls.Message);
            }
        }

        return TlsFault.None;
    }

    // .NET tells the reasons apart in the message only; it names the members of SslPolicyErrors and X509ChainStatusFlags.
    private static TlsFault Read(string message) => message switch
    {
        _ when message.Contains(nameof(X509ChainStatusFlags.NotTimeValid), StringComparison.Ordinal) => TlsFault.Expired,
        _ when message.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal) => TlsFault.WrongHost,
        _ when message.Contains(nameof(X509ChainStatusFlags.UntrustedRoot), StringComparison.Ordinal)
            || message.Contains(nameof(X509ChainStatusFlags.PartialChain), StringComparison.Ordinal)
            || message.Contains(nameof(SslPolicyErrors.RemoteCertificateChainErrors), StringComparison.Ordinal) => TlsFault.UnknownAuthority,
        _ => TlsFault.Other,
    };

    private enum TlsFault
    {
        None,
        UnknownAuthority,
        WrongHost,
        Expired,
        Other,
    }
}
