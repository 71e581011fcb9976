using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>When a new version may be stored, so that two people cannot overwrite each other.</summary>
public readonly record struct WriteCondition
{
    private WriteCondition(bool isChecked, CredentialVersion? newest)
    {
        IsChecked = isChecked;
        Newest = newest;
    }

    /// <summary>Always.</summary>
    public static WriteCondition None => default;

    /// <summary>Only while the credential has no version at all.</summary>
    public static WriteCondition NotThere { get; } = new(isChecked: true, newest: null);

    /// <summary>Whether there is a condition.</summary>
    public bool IsChecked { get; }

    /// <summary>The version that must still be the newest, whatever its state; <c>null</c> when there must be none.</summary>
    public CredentialVersion? Newest { get; }

    /// <summary>Only while this version is the newest one, whatever its state.</summary>
    public static WriteCondition NewestIs(CredentialVersion version) => new(isChecked: true, version);

    /// <summary>Only while nothing changed since the credential was described; <c>null</c> means that it was not there.</summary>
    public static WriteCondition Unchanged(SecretDescription? seen) => seen is { Versions: [var newest, ..] } ? NewestIs(newest.Version) : NotThere;

    /// <summary>Whether the condition holds for what is there now.</summary>
    public bool Allows(CredentialVersion? newest) => !IsChecked || Newest == newest;
}
