using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>A store that can examine its own set-up: reachable, verified, and with an identity no wider than needed. Thread-safe.</summary>
public interface ISecretStoreCheck
{
    /// <summary>One finding for each check; a check that fails does not stop the others. Never throws but when cancelled.</summary>
    /// <param name="known">The credentials that the workspace names.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken);
}

/// <summary>What one check of a store found.</summary>
/// <param name="Severity">Whether it is good.</param>
/// <param name="Check">What was checked, in a few words.</param>
/// <param name="Message">What was found; holds no value.</param>
/// <param name="Fix">What to do, when it is not good.</param>
public sealed record StoreFinding(StoreFindingSeverity Severity, string Check, string Message, string? Fix = null)
{
    /// <summary>A check that passed.</summary>
    public static StoreFinding Good(string check, string message) => new(StoreFindingSeverity.Good, check, message);

    /// <summary>Something that works and is worth a look.</summary>
    public static StoreFinding Warning(string check, string message, string fix) => new(StoreFindingSeverity.Warning, check, message, fix);

    /// <summary>Something that must be mended.</summary>
    public static StoreFinding Bad(string check, string message, string fix) => new(StoreFindingSeverity.Bad, check, message, fix);
}

/// <summary>Whether a finding is good.</summary>
public enum StoreFindingSeverity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, and is worth a look.</summary>
    Warning,

    /// <summary>Must be mended.</summary>
    Bad,
}
