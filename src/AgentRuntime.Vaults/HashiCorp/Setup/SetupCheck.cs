using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Reads back what decides how wide the runtime's identity is, and refuses what is wider than needed.</summary>
internal static class SetupCheck
{
    private const string Fix = "Run 'agentruntime vault plan' to see what is wanted, and 'agentruntime vault apply' to set it up.";

    /// <summary>One finding for each item. Never throws but when cancelled.</summary>
    public static async IAsyncEnumerable<StoreFinding> ExamineAsync(VaultSetupOptions options, VaultOperator vault, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await OwnPoliciesAsync(options, vault, cancellationToken);
        yield return await OwnReachAsync(options, vault, cancellationToken);
        foreach (var item in VaultSetup.ReadBack(options))
        {
            yield return await ExamineAsync(item, vault, cancellationToken);
        }
    }

    private static async ValueTask<StoreFinding> OwnPoliciesAsync(VaultSetupOptions options, VaultOperator vault, CancellationToken cancellationToken)
    {
        const string Check = "vault identity";
        try
        {
            using var self = await vault.FindAsync(Tokens.LookupSelf(), cancellationToken);
            var data = self?.Data ?? default;
            var more = data["policies"].Strings().Concat(data["identity_policies"].Strings()).Where(policy => policy != "default" && !options.LoginPolicies.Contains(policy, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToArray();
            return more.Length == 0
                ? StoreFinding.Good(Check, $"has the policy {string.Join(", ", options.LoginPolicies)} and no other")
                : StoreFinding.Bad(Check, $"has more policies than it needs: {string.Join(", ", more)}", Fix);
        }
        catch (SecretStoreException exception)
        {
            return StoreFinding.Warning(Check, exception.Message, Fix);
        }
    }

    /// <summary>Asks the vault itself whether the runtime's own token could read a credential.</summary>
    private static async ValueTask<StoreFinding> OwnReachAsync(VaultSetupOptions options, VaultOperator vault, CancellationToken cancellationToken)
    {
        const string Check = "vault identity reach";
        try
        {
            var paths = options.Credentials.ToDictionary(options.Names.DataPath, static name => name);
            if (paths.Count == 0)
            {
                return StoreFinding.Good(Check, "no credential is named yet");
            }

            using var answer = await vault.FindAsync(Sys.CapabilitiesSelf(paths.Keys.Select(static path => path.ToString())), cancellationToken);
            var reached = paths.Where(pair => (answer?.Data ?? default)[pair.Key.ToString()].Strings() is not ["deny"]).Select(static pair => pair.Value.ToString()).Order(StringComparer.Ordinal).ToArray();
            return reached.Length == 0
                ? StoreFinding.Good(Check, "can read no credential by itself")
                : StoreFinding.Bad(Check, $"can read or change credentials by itself: {string.Join(", ", reached)}", Fix);
        }
        catch (SecretStoreException exception)
        {
            return StoreFinding.Warning(Check, exception.Message, Fix);
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
