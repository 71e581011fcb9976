using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentRuntime.TestKit.Tls;

/// <summary>A private root and the server and client certificates that it signs, made new for each test. Nothing is trusted by the machine.</summary>
public sealed class TestCertificateAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    public TestCertificateAuthority(string name = "Test Root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
    }

    /// <summary>The root as PEM, for a <c>ca_file</c>.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>The root without its key.</summary>
    public X509Certificate2 Root => X509CertificateLoader.LoadCertificate(_root.RawData);

    /// <summary>A server certificate for these host names or addresses; by default loopback, valid now.</summary>
    public X509Certificate2 ServerCertificate(params string[] hosts) => Issue(hosts.Length == 0 ? ["localhost", "127.0.0.1"] : hosts, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5), "1.3.6.1.5.5.7.3.1");

    /// <summary>A server certificate whose time is over.</summary>
    public X509Certificate2 ExpiredServerCertificate(params string[] hosts) => Issue(hosts.Length == 0 ? ["localhost", "127.0.0.1"] : hosts, DateTimeOffset.UtcNow.AddDays(-5), DateTimeOffset.UtcNow.AddDays(-2), "1.3.6.1.5.5.7.3.1");

    /// <summary>A client certificate.</summary>
    public X509Certificate2 ClientCertificate(string name) => Issue([name], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5), "1.3.6.1.5.5.7.3.2");

    /// <summary>Writes the root to a file and gives its path.</summary>
    public string WriteRoot(string folder)
    {
        var path = Path.Combine(folder, "ca.pem");
        File.WriteAllText(path, RootPem);
        return path;
    }

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(string[] hosts, DateTimeOffset from, DateTimeOffset to, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var signed = request.Create(_root, from, to, RandomNumberGenerator.GetBytes(12));
        using var paired = signed.CopyWithPrivateKey(key);

        // Kestrel needs a key that is not ephemeral on some systems.
        return X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
