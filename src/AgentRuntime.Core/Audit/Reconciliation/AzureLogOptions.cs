using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Where the credentials lie in Azure Key Vault.</summary>
public sealed record AzureLogOptions
{
    /// <summary>What the names of the credentials' secrets begin with. Default <c>agentruntime-</c>.</summary>
    public string Prefix { get; init; } = "agentruntime-";

    /// <summary>The credential behind a secret's name, or <c>null</c>; without it a secret is known by its name alone. Default none.</summary>
    public Func<string, CredentialName?>? CredentialOf { get; init; }

    /// <summary>The host of the one vault to look at, such as <c>my-vault.vault.azure.net</c>; <c>null</c> for every vault in the log. Default <c>null</c>.</summary>
    public string? Host { get; init; }

    /// <summary>Names of other secrets whose use is judged too. Default none.</summary>
    public IReadOnlyCollection<string> Names { get; init; } = [];

    /// <summary>Application or object ids that are the runtime's own. Default none.</summary>
    public IReadOnlyCollection<string> RuntimeIdentities { get; init; } = [];

    /// <summary>The greatest length of one record in bytes. Default 16 MiB.</summary>
    public int EntryLimit { get; init; } = StoreLogReader.DefaultEntryLimit;
}
