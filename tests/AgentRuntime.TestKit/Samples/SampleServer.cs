using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Samples;

/// <summary>One of the HTTP servers of <c>samples/servers</c>, on a free port, with the keys that a test chose. Ends when disposed.</summary>
public sealed class SampleServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _admin;

    private SampleServer(Process process, string adminKey, int port, Uri url)
    {
        _process = process;
        Port = port;
        Url = url;
        _admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/admin/") };
        _admin.DefaultRequestHeaders.Add("X-Admin-Key", adminKey);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The MCP endpoint; for <c>documents-api</c> the address to hand to <c>documents.mjs --api</c>.</summary>
    public Uri Url { get; }

    /// <summary>The folder of the servers.</summary>
    public static string Folder => Path.Combine(TestEnvironment.RepositoryRoot, "samples", "servers");

    /// <summary>Starts a server. Skips the test when there is no node.</summary>
    /// <param name="name">The file without its ending: <c>crm</c>, <c>email</c>, <c>payments</c>, <c>internal</c>, <c>documents-api</c>.</param>
    /// <param name="keys">The key of each scope: a string, or an object with the fields of the credential.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public static async Task<SampleServer> StartAsync(string name, IReadOnlyDictionary<string, JsonNode> keys, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(TestEnvironment.RequireNode())
        {
            ArgumentList = { Path.Combine(Folder, $"{name}.mjs"), "--port", "0" },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var adminKey = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var settings = new JsonObject
        {
            ["admin"] = adminKey,
            ["keys"] = new JsonObject(keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Key, key.Value.DeepClone()))),
        };
        var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(settings.ToJsonString().AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The sample server {name} ended before it listened.");
        using var ready = JsonDocument.Parse(line);
        return new SampleServer(
            process,
            adminKey,
            ready.RootElement.GetProperty("listening").GetInt32(),
            new Uri(ready.RootElement.GetProperty("url").GetString()!));
    }

    /// <summary>The name by which the logs call a key: the first 8 hex digits of the SHA-256 of its secret part.</summary>
    public static string Fingerprint(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..8];

    /// <summary>Changes the key of a scope; the old one is refused from this moment.</summary>
    public async Task ChangeKeyAsync(string scope, JsonNode key, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new JsonObject { ["scope"] = scope, ["key"] = key.DeepClone() });
        using var response = await _admin.PostAsync("keys", body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The calls that were let through, in order.</summary>
    public async Task<IReadOnlyList<ServedCall>> CallsAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync("log", cancellationToken)).Select(call => new ServedCall(
            (string)call["tool"]!, (string)call["scope"]!, (string)call["key_fingerprint"]!, call["meta"]!.AsObject()))];

    /// <summary>The requests that were refused for their key, in order.</summary>
    public async Task<IReadOnlyList<RefusedRequest>> RefusalsAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync("refusals", cancellationToken)).Select(refusal => new RefusedRequest(
            (int)refusal["status"]!, (string?)refusal["tool"], (string?)refusal["key_fingerprint"]))];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<IEnumerable<JsonNode>> ListAsync(string path, CancellationToken cancellationToken) =>
        JsonNode.Parse(await _admin.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken))!.AsArray().Select(node => node!);
}
