using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Demo;

/// <summary>A sample service at work. It learns its keys from its standard input and ends when that is closed.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly SecretValue _admin;

    private RunningService(DemoService service, Process process, SecretValue admin, Uri address)
    {
        Service = service;
        _process = process;
        _admin = admin;
        Address = address;
    }

    /// <summary>Which service this is.</summary>
    public DemoService Service { get; }

    /// <summary>Where it listens, without a path.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    public static async Task<RunningService> StartAsync(DemoService service, string serversFolder, IReadOnlyDictionary<string, DemoKey> keys, CancellationToken cancellationToken)
    {
        var admin = DemoKey.NewValue();
        var process = Launch(Path.Combine(serversFolder, $"{service.Program}.mjs"));
        try
        {
            using (var message = KeyMessage.ForStart(admin, keys))
            {
                await process.StandardInput.BaseStream.WriteAsync(message.Bytes, cancellationToken);
                await process.StandardInput.BaseStream.FlushAsync(cancellationToken);
            }

            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken)
                ?? throw new CliException(ExitCode.Unavailable, "demo_service", $"The sample service '{service.Program}' ended at its start.", "Node 20 or newer is needed; check 'node --version'.");
            using var listening = JsonDocument.Parse(line);
            return new RunningService(service, process, admin, new Uri($"http://127.0.0.1:{listening.RootElement.GetProperty("listening").GetInt32()}/"));
        }
        catch
        {
            admin.Dispose();
            Stop(process);
            throw;
        }
    }

    /// <summary>Changes a key at the service; the old one is refused from now on.</summary>
    public async Task ChangeKeyAsync(string scope, DemoKey key, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var message = KeyMessage.ForChange(scope, key);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "admin/keys")) { Content = new ReadOnlyMemoryContent(message.Bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
#pragma warning disable RS0030 // A header is a managed string; it goes to the sample service's own administration on loopback.
        request.Headers.Add("X-Admin-Key", _admin.RevealString());
#pragma warning restore RS0030
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Stop(_process);
        }

        _process.Dispose();
    }

    private static Process Launch(string program)
    {
        var start = new ProcessStartInfo("node", [program, "--port", "0"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name != "PATH").ToArray())
        {
            start.Environment.Remove(name);
        }

        try
        {
            var process = Process.Start(start) ?? throw new Win32Exception();
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception)
        {
            throw NoNode();
        }
    }

    /// <summary>What to say when node is missing.</summary>
    public static CliException NoNode() => new(ExitCode.Unavailable, "node_missing", "The demo's five services need node, and it is not on the PATH.", "Install node 20 or newer from https://nodejs.org and try again.");

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
