using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.Azure.Auth;

/// <summary>Reads the certificate of an application, with its private key, from a PEM file that only its owner can read.</summary>
internal static class ClientCertificateFile
{
    /// <summary>The certificate. The receiver disposes it.</summary>
    /// <exception cref="SecretStoreException">The file is not there, not PEM, without an RSA key, or others can read it.</exception>
    public static X509Certificate2 Read(string path)
    {
        using var pem = SecretFile.Read(path, "certificate");
        var text = GC.AllocateArray<char>(pem.Length, pinned: true);
        try
        {
#pragma warning disable RS0030 // A private key becomes the key object of the platform; the characters in between are pinned and zeroed.
            var length = Encoding.UTF8.GetChars(pem.RevealBytes(), text);
#pragma warning restore RS0030
            var certificate = X509Certificate2.CreateFromPem(text.AsSpan(0, length), text.AsSpan(0, length));
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw new CryptographicException("There is no RSA key.");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Without the inner exception, whose text may quote the file.
            throw new SecretStoreException(SecretFailureKind.Invalid, $"The certificate file {path} cannot be used. It must be PEM with one certificate and its RSA private key, unencrypted; only those sign for Microsoft Entra.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }
}
