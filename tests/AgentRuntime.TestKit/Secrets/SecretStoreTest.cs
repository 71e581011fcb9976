using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>One store, made for one test, and the words that the tests are written with.</summary>
public abstract class SecretStoreTest<THarness> : IAsyncLifetime
    where THarness : SecretStoreHarness, new()
{
    /// <summary>The credential that most tests use.</summary>
    protected static CredentialName Credential { get; } = CredentialName.Parse("crm/read");

    /// <summary>On whose behalf tests read.</summary>
    protected static SecretAccessContext Context { get; } = new()
    {
        Principal = "user:maria",
        Purpose = "step",
        Workflow = new WorkflowName("invoice-follow-up"),
        Run = new RunId("run_1"),
        Step = new StepPath("each[0].find"),
        Attempt = 1,
        Tool = new ToolName("find_customer"),
        TraceId = "0af7651916cd43dd8448eb211c80319c",
    };

    /// <summary>The store and what can be done to it.</summary>
    protected THarness Harness { get; } = new();

    public async ValueTask InitializeAsync() => await Harness.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Dictionary<string, byte[]> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => Encoding.UTF8.GetBytes(f.Value), StringComparer.Ordinal);

    protected static SecretReadRequest Read(CredentialVersion? version = null) => new(Credential, version, Context);

    protected static void AssertValue(string expected, SecretMaterial material)
    {
        Assert.Equal(["value"], material.Fields.Keys);
        Assert.Equal(expected, material.Fields["value"].RevealString());
    }

    protected Task<CredentialVersion> SetAsync(string value) => Harness.SetAsync(Credential, Fields(("value", value)));

    protected async Task<SecretMaterial> FoundAsync(SecretReadRequest request)
    {
        var result = await Harness.Store.ReadAsync(request, CancellationToken.None);
        return result is SecretReadResult.Found found ? found.Material : throw new Xunit.Sdk.XunitException($"The read failed: {result}");
    }

    protected async Task<SecretReadResult.Failed> AssertFailedAsync(SecretFailureKind kind, SecretReadRequest request)
    {
        var failed = Assert.IsType<SecretReadResult.Failed>(await Harness.Store.ReadAsync(request, CancellationToken.None));
        Assert.Equal(kind, failed.Kind);
        Assert.False(string.IsNullOrWhiteSpace(failed.Message));
        return failed;
    }
}
