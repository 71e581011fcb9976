using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>One thing that must be in the vault: it can be described, looked at and written. Immutable.</summary>
/// <param name="name">What it is, such as <c>policy agentruntime-crm.read</c>.</param>
internal abstract class SetupItem(string name)
{
    /// <summary>What it is.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it can be written by this command; what cannot says in its lines what to do by hand.</summary>
    public virtual bool CanBeWritten => true;

    /// <summary>Its wanted content, line by line. Holds no secret.</summary>
    public abstract IReadOnlyList<string> Lines { get; }

    /// <summary>Looks at what is there.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, or refuses.</exception>
    public abstract ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken);

    /// <summary>Makes it as wanted. Doing it again changes nothing.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, or refuses.</exception>
    public abstract ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken);
}

/// <summary>How something in the vault compares with what is wanted.</summary>
/// <param name="Status">The result.</param>
/// <param name="Differences">Lines that begin with <c>+</c> for what is wanted and missing, and <c>-</c> for what is there and not wanted.</param>
internal sealed record SetupState(SetupStatus Status, IReadOnlyList<string> Differences)
{
    /// <summary>As wanted.</summary>
    public static SetupState Same { get; } = new(SetupStatus.Same, []);

    /// <summary>Not there.</summary>
    public static SetupState Missing(IEnumerable<string> lines) => new(SetupStatus.Missing, [.. lines.Select(static line => $"+ {line}")]);

    /// <summary>Compares two contents line by line, in the order of the wanted one.</summary>
    public static SetupState Compare(IReadOnlyList<string> wanted, IReadOnlyList<string> found)
    {
        if (wanted.SequenceEqual(found, StringComparer.Ordinal))
        {
            return Same;
        }

        var surplus = found.Except(wanted, StringComparer.Ordinal).Select(static line => $"- {line}");
        var lacking = wanted.Except(found, StringComparer.Ordinal).Select(static line => $"+ {line}");
        string[] differences = [.. surplus, .. lacking];
        return new SetupState(SetupStatus.Different, differences.Length > 0 ? differences : ["  the same lines in another order or number"]);
    }
}

/// <summary>How something in the vault compares with what is wanted.</summary>
internal enum SetupStatus
{
    /// <summary>As wanted.</summary>
    Same,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>There, and not as wanted.</summary>
    Different,
}
