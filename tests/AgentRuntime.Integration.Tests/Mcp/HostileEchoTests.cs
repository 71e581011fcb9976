using AgentRuntime.Credentials;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

/// <summary>Whatever a server does with its credential, nothing that the client gives out shows it once scrubbed.</summary>
public sealed class HostileEchoTests : McpFixture
{
    private static readonly string[] Tools =
    [
        "echo_raw", "echo_base64", "echo_base64url", "echo_hex", "echo_url", "echo_json", "echo_key", "echo_split",
        "echo_structured", "echo_stderr", "echo_rpc_error", "echo_is_error", "reject", "echo_exception",
    ];

    [Fact]
    public async Task Over_stdio()
    {
        var spec = TestLease.Environment("HOSTILE_KEY");
        await SweepAsync(Hostile(spec, Tools, ["--stderr-at-start"]), spec);
    }

    [Fact]
    public async Task Over_http()
    {
        await using var server = await HostileHttpServer.StartAsync(Ct);
        await SweepAsync(Http(server.Url, TestLease.Bearer, Tools), TestLease.Bearer);
    }

    private async Task SweepAsync(ServerManifest manifest, CredentialSpec spec)
    {
        var value = NewValue();
        var material = TestLease.Material("hostile/read", "1", (SecretMaterial.ValueField, value));
        Scrubber.Register(material);
        await using var lease = TestLease.Of(material, spec);
        foreach (var tool in Tools)
        {
            for (var offset = 0; offset < (tool == "echo_base64" ? 3 : 1); offset++)
            {
                var outcome = await Caller.CallAsync(Call(manifest, tool, lease, new { offset }), Ct);
                var shown = outcome switch
                {
                    ToolOutcome.Succeeded succeeded => Scrubber.Scrub(succeeded.Result).ToString(),
                    ToolOutcome.Failed failed => Scrubber.Scrub(failed.Message).Text,
                    _ => throw new InvalidOperationException(),
                };

                // What a remote server prints on its own machine is not ours to see.
                var isSeen = tool is not "echo_stderr" && (tool is not "echo_exception" || manifest.Transport is ServerTransport.Stdio);
                Assert.True(!isSeen || shown.Contains("[redacted:hostile/read#v1]", StringComparison.Ordinal), $"{tool} {offset}: the redaction is missing.");
                Assert.DoesNotContain(value[..12], shown, StringComparison.Ordinal);
            }
        }

        await Caller.DisposeAsync();
        Assert.DoesNotContain(value, Log.Text, StringComparison.Ordinal);
    }
}
