using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>Why the vault did not do what was asked, in our own words: nothing of them comes from a server but codes and ids.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Message">For people.</param>
internal sealed record VaultFailure(SecretFailureKind Kind, string Message)
{
    /// <summary>The vault knows this identity and says that it has not the right; everything else works.</summary>
    public bool IsByRights { get; init; }
}

/// <summary>What an operation gave.</summary>
/// <param name="Value">The answer, on success.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct VaultOutcome<T>(T? Value, VaultFailure? Failure)
    where T : class;
