using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Work;

/// <summary>Says what is there, without values, with the runtime's own identity. Thread-safe.</summary>
internal sealed class SecretListing(SecretsClient secrets, IAwsIdentity identity, SecretNames names)
{
    /// <summary>Every credential under the prefix; when listing is refused, those that are known.</summary>
    public async Task<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken)
    {
        using var keys = await identity.KeysAsync(cancellationToken);
        var (items, fault) = await secrets.ListAsync(names.Start, keys, cancellationToken);
        if (fault is not null and not { Kind: SecretFailureKind.Denied })
        {
            throw Failure(fault, $"The list of secrets '{names.Start}*'");
        }

        var credentials = fault is null ? items.Select(item => names.Credential(item.Name)).OfType<CredentialName>() : known;
        var descriptions = new List<SecretDescription>();
        foreach (var credential in credentials.Distinct().OrderBy(one => one.ToString(), StringComparer.Ordinal))
        {
            if (await DescribeAsync(credential, keys, cancellationToken) is { } description)
            {
                descriptions.Add(description);
            }
        }

        return descriptions;
    }

    /// <summary>One credential.</summary>
    public async Task<SecretDescription?> DescribeAsync(CredentialName credential, CancellationToken cancellationToken)
    {
        using var keys = await identity.KeysAsync(cancellationToken);
        return await DescribeAsync(credential, keys, cancellationToken);
    }

    private async Task<SecretDescription?> DescribeAsync(CredentialName credential, AwsKeys keys, CancellationToken cancellationToken)
    {
        var name = names.Of(credential);
        var (facts, fault) = await secrets.DescribeAsync(name, keys, cancellationToken);
        if (fault is not null)
        {
            return fault.IsMissing ? null : throw Failure(fault, $"{credential}, the secret '{name}',");
        }

        if (facts!.Deleted is not null)
        {
            return Deleted(credential, facts);
        }

        var (versions, unlisted) = await secrets.VersionsAsync(name, keys, cancellationToken);
        if (unlisted is not null)
        {
            return unlisted.IsMissing ? null : throw Failure(unlisted, $"{credential}, the secret '{name}',");
        }

        var described = Ordered(versions).Where(one => !Labels.AreUnfinished(one.Stages)).Select(Describe).ToList();
        var current = facts.With(Labels.Current);
        return new SecretDescription(
            credential,
            described.FirstOrDefault(one => one.Version.Value == current && one.State == SecretVersionState.Enabled)?.Version,
            described);
    }

    // The current one counts as the newest, whatever was written and not made current; then by time. AWS gives them oldest first.
    private static IEnumerable<VersionFacts> Ordered(IReadOnlyList<VersionFacts> versions) => versions
        .Reverse()
        .OrderByDescending(one => one.Stages.Contains(Labels.Current, StringComparer.Ordinal))
        .ThenByDescending(one => one.Created);

    private static SecretVersionDescription Describe(VersionFacts version) => new(
        new CredentialVersion(version.Id),
        Labels.AreDisabled(version.Stages) ? SecretVersionState.Disabled : SecretVersionState.Enabled,
        version.Created,
        [],
        version.LastRead);

    private static SecretDescription Deleted(CredentialName credential, SecretFacts facts) => new(
        credential,
        null,
        [
            .. facts.Labelled.OrderByDescending(one => one.Value.Contains(Labels.Current, StringComparer.Ordinal))
                .Select(one => new SecretVersionDescription(new CredentialVersion(one.Key), SecretVersionState.Deleted, facts.Created, [], null)),
        ]);

    private static SecretStoreException Failure(AwsFault fault, string what) => new(fault.Kind, $"{what} {fault.Words}");
}
