using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>Reads the certificate that the runtime shows to the vault.</summary>
internal static class ClientCertificate
{
    /// <summary>The certificate with its key.</summary>
    /// <exception cref="SecretStoreException">A file is not there or no PEM, or others can read the key.</exception>
    public static X509Certificate2 Read(string certificate, string? key)
    {
        var keyFile = key ?? certificate;

        // Checks who can read it.
        using (SecretFile.Read(keyFile, "client key"))
        {
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, keyFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SecretStoreException(
                SecretFailureKind.Invalid,
                $"The client certificate {certificate} or its key {keyFile} cannot be used ({exception.GetType().Name}). Both must be PEM, and the key must be the one of the certificate.",
                exception);
        }
    }
}
