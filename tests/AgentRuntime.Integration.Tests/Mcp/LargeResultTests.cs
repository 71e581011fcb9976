using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[Collection(nameof(NothingBeside))]
public sealed class LargeResultTests : McpFixture
{
    private const int Limit = 256 * 1024;

    [Fact]
    public async Task Stops_reading_a_large_result_of_a_process_and_goes_on_with_the_same_process()
    {
        var manifest = Hostile(null, ["big", "process"]);
        var before = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "process"), Ct)).GetProperty("pid").GetInt32();
        var allocated = GC.GetTotalAllocatedBytes();
        var failed = await FailAsync(manifest, "big", new { bytes = 64 * 1024 * 1024 });
        Assert.Equal((ToolFailureKind.ResultTooLarge, true), (failed.Kind, failed.EffectPossible));
        Assert.True(GC.GetTotalAllocatedBytes() - allocated < 32 * 1024 * 1024);
        Assert.Equal(before, Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "process"), Ct)).GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Stops_reading_a_large_http_result()
    {
        await using var server = await HostileHttpServer.StartAsync(Ct);
        var allocated = GC.GetTotalAllocatedBytes();
        var failed = await FailAsync(Http(server.Url, null, "big"), "big", new { bytes = 64 * 1024 * 1024 });
        Assert.Equal((ToolFailureKind.ResultTooLarge, true), (failed.Kind, failed.EffectPossible));
        Assert.True(GC.GetTotalAllocatedBytes() - allocated < 32 * 1024 * 1024);
    }

    private async Task<ToolOutcome.Failed> FailAsync(AgentRuntime.Credentials.ServerManifest manifest, string tool, object? arguments = null) =>
        Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, tool, arguments: arguments, maxResultBytes: Limit), Ct));
}
