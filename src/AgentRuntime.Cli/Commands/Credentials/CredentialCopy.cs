using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>Copies the current versions of credentials from one store to another. No value is printed or written anywhere but to the target.</summary>
/// <remarks>
/// For each credential:
/// <list type="number">
/// <item>read it from the source;</item>
/// <item>look at the target: the same value is left alone, another one only overwritten when that is wanted;</item>
/// <item>write it while the target is still as it was seen;</item>
/// <item>read it back from the target and compare every field.</item>
/// </list>
/// Interrupted, it can be run again: what is there already counts as the same. Values are known to the scrubber while they are here and zeroed after each credential.
/// </remarks>
/// <param name="from">The source.</param>
/// <param name="to">The target.</param>
/// <param name="registry">Learns every value before it is used.</param>
/// <param name="access">On whose behalf.</param>
internal sealed class CredentialCopy(ISecretStore from, CopyTarget to, ISecretRegistry registry, SecretAccessContext access)
{
    /// <summary>Only says what would be done.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Replaces what differs with a new version.</summary>
    public bool Overwrites { get; init; }

    /// <summary>Copies these, in order. Stops to ask a store that is not available: the rest fails without being tried.</summary>
    public async Task<IReadOnlyList<CopyResult>> RunAsync(IEnumerable<CredentialName> names, CancellationToken cancellationToken)
    {
        var results = new List<CopyResult>();
        foreach (var name in names)
        {
            results.Add(results is [.., { Failure: SecretFailureKind.Unavailable or SecretFailureKind.Throttled } last]
                ? new CopyResult(name, CopyOutcome.Failed) { Failure = last.Failure, Reason = "Not tried, because a store is not available." }
                : await CopyAsync(name, cancellationToken));
        }

        return results;
    }

    private async Task<CopyResult> CopyAsync(CredentialName name, CancellationToken cancellationToken)
    {
        try
        {
            // 1 the source
            await using var source = await CopiedValue.ReadAsync(from, name, version: null, access, registry, cancellationToken);
            return source.Failed is { } failed
                ? new CopyResult(name, failed.Kind == SecretFailureKind.Missing ? CopyOutcome.Missing : CopyOutcome.Failed) { Failure = failed.Kind, Reason = failed.Message }
                : await CopyAsync(source, cancellationToken) with { FromVersion = source.Version };
        }
        catch (SecretStoreException exception)
        {
            return new CopyResult(name, CopyOutcome.Failed) { Failure = exception.Failure, Reason = exception.Message };
        }
    }

    private async Task<CopyResult> CopyAsync(CopiedValue source, CancellationToken cancellationToken)
    {
        // 2 the target as it is
        var name = source.Name;
        var seen = await to.Metadata.DescribeAsync(name, access, cancellationToken);
        if (seen is not null && await CompareAsync(source, seen, cancellationToken) is { } done)
        {
            return done;
        }

        if (IsDryRun)
        {
            return new CopyResult(name, CopyOutcome.WouldCopy) { Reason = seen is null ? null : "It would replace what the target holds." };
        }

        // 3 write
        var written = await to.Writer.SetAsync(name, source.Fields, WriteCondition.Unchanged(seen), access, cancellationToken);
        if (!written.Succeeded)
        {
            return new CopyResult(name, CopyOutcome.Failed) { Failure = written.Failure, Reason = written.Message };
        }

        // 4 read back
        await using var back = await CopiedValue.ReadAsync(to.Store, name, written.Version, access, registry, cancellationToken);
        var result = new CopyResult(name, CopyOutcome.Failed) { ToVersion = written.Version };
        return back switch
        {
            { Failed: { } failed } => result with { Failure = failed.Kind, Reason = $"It was written and cannot be read back: {failed.Message}" },
            _ when !back.IsSameAs(source) => result with { Failure = SecretFailureKind.Integrity, Reason = "The target gave back something else than was written. Do not use it before you know why." },
            _ => result with { Outcome = CopyOutcome.Copied },
        };
    }

    /// <summary>What is to be said of a credential that the target has already; <c>null</c> when it is to be written.</summary>
    private async Task<CopyResult?> CompareAsync(CopiedValue source, SecretDescription seen, CancellationToken cancellationToken)
    {
        if (seen.Current is not { } current)
        {
            return Overwrites ? null : new CopyResult(source.Name, CopyOutcome.Differs) { Reason = "The target has versions of it, none of which can be read. Add --overwrite to store a new one." };
        }

        await using var there = await CopiedValue.ReadAsync(to.Store, source.Name, current, access, registry, cancellationToken);
        return there switch
        {
            { Failed: { } failed } => new CopyResult(source.Name, CopyOutcome.Failed) { Failure = failed.Kind, Reason = $"What the target holds cannot be compared: {failed.Message}" },
            _ when there.IsSameAs(source) => new CopyResult(source.Name, CopyOutcome.Same) { ToVersion = current },
            _ => Overwrites ? null : new CopyResult(source.Name, CopyOutcome.Differs) { ToVersion = current, Reason = "The target holds another value. Add --overwrite to store this one as a new version." },
        };
    }
}
