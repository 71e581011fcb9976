using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Identity;

/// <summary>Who the runtime is at AWS. Thread-safe.</summary>
internal interface IAwsIdentity : IDisposable
{
    /// <summary>Where the keys come from, for people.</summary>
    string Source { get; }

    /// <summary>The keys as they are now; the caller disposes them.</summary>
    /// <exception cref="SecretStoreException">There are none.</exception>
    ValueTask<AwsKeys> KeysAsync(CancellationToken cancellationToken);
}
