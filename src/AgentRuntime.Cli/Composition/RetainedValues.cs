using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Composition;

/// <summary>Reads every version that a store still has a value of, for searching and redacting.</summary>
internal static class RetainedValues
{
    /// <summary>All retained values; of a store that keeps no archive, every version that can be read of the names that are known.</summary>
    /// <exception cref="SecretStoreException">The store cannot be asked.</exception>
    public static async Task<IReadOnlyList<SecretMaterial>> ReadAsync(ISecretStore store, IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        if (store is ISecretArchive archive)
        {
            return await archive.ReadRetainedAsync(context, cancellationToken).ToListAsync(cancellationToken);
        }

        var values = new List<SecretMaterial>();
        foreach (var request in await RequestsAsync(store, known, context, cancellationToken))
        {
            switch (await store.ReadAsync(request, cancellationToken))
            {
                case SecretReadResult.Found found:
                    values.Add(found.Material);
                    if (found.Access is { } access)
                    {
                        await access.DisposeAsync();
                    }

                    break;
                case SecretReadResult.Failed { Kind: SecretFailureKind.Unavailable or SecretFailureKind.Throttled or SecretFailureKind.Integrity } failed:
                    throw new SecretStoreException(failed.Kind, failed.Message);
            }
        }

        return values;
    }

    private static async Task<IEnumerable<SecretReadRequest>> RequestsAsync(ISecretStore store, IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        if (store is not ISecretMetadata metadata)
        {
            return known.Select(name => new SecretReadRequest(name, Version: null, context));
        }

        var descriptions = await metadata.ListAsync(known, context, cancellationToken);
        return descriptions.SelectMany(one => one.Versions.Where(version => version.State == SecretVersionState.Enabled).Select(version => new SecretReadRequest(one.Credential, version.Version, context)));
    }
}
