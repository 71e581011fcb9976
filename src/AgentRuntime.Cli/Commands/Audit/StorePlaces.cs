using AgentRuntime.Names;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary>Where the credentials lie in each store, unless the command line says otherwise.</summary>
internal sealed record StorePlaces
{
    /// <summary>The KV mount of the vault.</summary>
    public string Mount { get; init; } = "secret";

    /// <summary>The folder inside the mount.</summary>
    public string Folder { get; init; } = "agentruntime";

    /// <summary>The vault's namespace; <c>null</c> for every one in the log.</summary>
    public string? Namespace { get; init; }

    /// <summary>What the names of secrets begin with in AWS Secrets Manager.</summary>
    public string AwsPrefix { get; init; } = "agentruntime";

    /// <summary>What the names of secrets begin with in Azure Key Vault.</summary>
    public string AzurePrefix { get; init; } = "agentruntime-";

    /// <summary>The identities that the runtime has in AWS and Azure, as their logs name them.</summary>
    public IReadOnlyCollection<string> RuntimeIdentities { get; init; } = [];

    /// <summary>The host of the key vault; <c>null</c> for every one in the log.</summary>
    public string? AzureHost { get; init; }

    /// <summary>The credential behind the name of a secret in Azure Key Vault; without it a secret is known by its name alone.</summary>
    public Func<string, CredentialName?>? AzureCredentialOf { get; init; }
}
