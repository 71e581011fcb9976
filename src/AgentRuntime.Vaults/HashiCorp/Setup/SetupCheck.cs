using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Reads back what decides how wide the runtime's identity is, and refuses what is wider than needed.</summary>
internal static class SetupCheck
{
    private const string Fix = "Run 'agentruntime vault plan' to see what is wanted, and 'agentruntime vault apply' to set it up.";

    /// <summary>One finding for each item. Never throws but when cancelled.</summary>
    public static async IAsyncEnumerable<StoreFinding> ExamineAsync(VaultSetupOptions options, VaultOperator vault, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in VaultSetup.ReadBack(options))
        {
            yield return await ExamineAsync(item, vault, cancellationToken);
        }
    }

    private static async ValueTask<StoreFinding> ExamineAsync(SetupItem item, VaultOperator vault, CancellationToken cancellationToken)
    {
        try
        {
            var state = await item.LookAsync(vault, cancellationToken);
            return state.Status switch
            {
                SetupStatus.Same => StoreFinding.Good(item.Name, "exactly as wide as needed"),
                SetupStatus.Missing => StoreFinding.Bad(item.Name, "not there", Fix),
                _ => StoreFinding.Bad(item.Name, $"not as wanted: {string.Join("; ", state.Differences)}", Fix),
            };
        }
        catch (SecretStoreException exception)
        {
            return StoreFinding.Warning(item.Name, $"cannot be read back: {exception.Message}", "Without it nobody proves that the identity is no wider than needed. " + Fix);
        }
    }
}
