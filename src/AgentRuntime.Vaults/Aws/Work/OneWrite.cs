using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Values;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Work;

/// <summary>One new version on its way. The same id is sent in every repetition, so that AWS stores it once.</summary>
internal sealed class OneWrite(SecretsClient secrets, AwsKeys keys, string name, string version, SecretContent content)
{
    private readonly string _label = Labels.Writing(version);

    /// <summary>The id of the new version.</summary>
    public string Version => version;

    /// <summary>Only while there is no such secret.</summary>
    public Task<AwsFault?> FirstAsync(CancellationToken cancellationToken) => secrets.CreateAsync(name, version, content, keys, cancellationToken);

    /// <summary>Always.</summary>
    public async Task<AwsFault?> AlwaysAsync(CancellationToken cancellationToken)
    {
        var put = await secrets.PutAsync(name, version, content, Labels.Current, keys, cancellationToken);
        if (put is not { IsMissing: true })
        {
            return put;
        }

        var created = await FirstAsync(cancellationToken);
        return created is { Kind: SecretFailureKind.Conflict }
            ? await secrets.PutAsync(name, version, content, Labels.Current, keys, cancellationToken)
            : created;
    }

    /// <summary>Only while this is the current version.</summary>
    public async Task<AwsFault?> AfterAsync(string expected, CancellationToken cancellationToken)
    {
        // Looked at first, so that a lost race mostly stores nothing.
        var (facts, fault) = await secrets.DescribeAsync(name, keys, cancellationToken);
        if (facts is null)
        {
            return fault is { IsMissing: true } ? Overtaken("is not there any more.") : fault;
        }

        if (facts.With(Labels.Current) != expected)
        {
            return Overtaken("was changed by somebody else in between. Look at it and try again.");
        }

        if (await secrets.PutAsync(name, version, content, _label, keys, cancellationToken) is { } put)
        {
            return put is { IsMissing: true } ? Overtaken("is not there any more.") : put;
        }

        var moved = await secrets.LabelAsync(name, Labels.Current, version, expected, keys, cancellationToken);
        if (moved is not null && IsRefusal(moved))
        {
            // A repetition after an answer that was lost is refused too; then the new version is there.
            var (now, _) = await secrets.DescribeAsync(name, keys, cancellationToken);
            moved = now?.With(Labels.Current) == version ? null : Overtaken("was changed by somebody else in between. Look at it and try again.");
        }

        await CleanAsync(cancellationToken);
        return moved;
    }

    // What stays of it, when this fails, is a label that means nothing.
    private async Task CleanAsync(CancellationToken cancellationToken) => await secrets.LabelAsync(name, _label, null, version, keys, cancellationToken);

    private static bool IsRefusal(AwsFault fault) => fault.Code is "InvalidParameterException" or "InvalidRequestException" && fault.Kind != SecretFailureKind.Deleted;

    private static AwsFault Overtaken(string words) => new("Overtaken", SecretFailureKind.Conflict, words);
}
