using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AgentRuntime.TestKit.Http;
using AgentRuntime.TestKit.Tls;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Azure;

/// <summary>
/// An Azure Key Vault with its authority and the managed identity endpoint of a machine, on loopback, behind the names of the cloud: a client of the
/// vault takes its usual way, with the challenge, the token and TLS, when its connections are made by <see cref="ConnectAsync"/>.
/// </summary>
/// <remarks>
/// Trust <see cref="RootPem"/>. Each fake has a name of its own, because clients keep the challenge of a name for the whole process. Thread-safe.
/// What it keeps to is described at https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses and
/// https://learn.microsoft.com/rest/api/keyvault/secrets.
/// </remarks>
public sealed class FakeKeyVault : IAsyncDisposable
{
    private const string MetadataHost = "169.254.169.254";

    private readonly TestCertificateAuthority _authority;
    private readonly Func<Task<LoopbackServer>> _start;
    private LoopbackServer _tls;
    private readonly LoopbackServer _plain;
    private readonly List<string> _connected = [];
    private readonly Lock _gate = new();

    private FakeKeyVault(string name, FakeEntra entra, FakeSecrets secrets, FakeVaultService service, TestCertificateAuthority authority, Func<Task<LoopbackServer>> start, LoopbackServer tls, LoopbackServer plain)
    {
        Name = name;
        Entra = entra;
        Secrets = secrets;
        Service = service;
        _authority = authority;
        _start = start;
        _tls = tls;
        _plain = plain;
    }

    /// <summary>The vault's name.</summary>
    public string Name { get; }

    /// <summary>The vault's address, such as <c>https://NAME.vault.azure.net/</c>.</summary>
    public Uri VaultUrl => new($"https://{Name}.vault.azure.net/");

    /// <summary>The authority's address.</summary>
    public Uri AuthorityHost => new($"https://{FakeEntra.Host}/");

    /// <summary>The authority: who is known and what tokens were given.</summary>
    public FakeEntra Entra { get; }

    /// <summary>What the vault holds.</summary>
    public FakeSecrets Secrets { get; }

    /// <summary>How the vault behaves, and its log.</summary>
    public FakeVaultService Service { get; }

    /// <summary>The root that signed the certificates of vault and authority.</summary>
    public string RootPem => _authority.RootPem;

    /// <summary>The hosts that were connected to, in order.</summary>
    public IReadOnlyList<string> Connected
    {
        get
        {
            lock (_gate)
            {
                return [.. _connected];
            }
        }
    }

    /// <summary>Starts a fake.</summary>
    /// <param name="certificate">Makes the server certificate for these hosts; by default one that is valid.</param>
    public static async Task<FakeKeyVault> StartAsync(Func<TestCertificateAuthority, string[], X509Certificate2>? certificate = null)
    {
        var name = $"vault-{Guid.NewGuid():N}"[..24];
        var authority = new TestCertificateAuthority();
        var entra = new FakeEntra();
        var secrets = new FakeSecrets(new Uri($"https://{name}.vault.azure.net/"));
        var service = new FakeVaultService(secrets, entra);
        string[] hosts = [$"{name}.vault.azure.net", FakeEntra.Host];
        RequestDelegate answer = context => context.Request.Host.Host == FakeEntra.Host ? entra.AnswerAsync(context) : service.AnswerAsync(context);
        var shown = (certificate ?? ((ca, names) => ca.ServerCertificate(names)))(authority, hosts);
        Func<Task<LoopbackServer>> start = () => LoopbackServer.StartAsync(answer, shown);
        var plain = await LoopbackServer.StartAsync(entra.AnswerMetadataAsync, certificate: null);
        return new FakeKeyVault(name, entra, secrets, service, authority, start, await start(), plain);
    }

    /// <summary>Ends every connection and starts again, with all that it holds.</summary>
    public async Task RestartAsync()
    {
        await _tls.DisposeAsync();
        _tls = await _start();
    }

    /// <summary>Writes the root to a file in this folder and gives its path.</summary>
    public string WriteRoot(string folder) => _authority.WriteRoot(folder);

    /// <summary>Connects to the part of the fake that stands for the host; every other host has no address. For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var host = context.DnsEndPoint.Host;
        lock (_gate)
        {
            _connected.Add(host);
        }

        var port = host switch
        {
            _ when host == VaultUrl.Host || host == FakeEntra.Host => _tls.Port,
            MetadataHost => _plain.Port,
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Service.ReleaseAll();
        await _tls.DisposeAsync();
        await _plain.DisposeAsync();
        _authority.Dispose();
        Entra.Dispose();
    }
}
