using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>What one read gave: a value, or why not. Disposal zeroes the value and ends the store's right behind it.</summary>
internal sealed class CopiedValue : IAsyncDisposable
{
    private readonly SecretReadResult _read;

    private CopiedValue(CredentialName name, SecretReadResult read)
    {
        Name = name;
        _read = read;
    }

    /// <summary>Whose value it is.</summary>
    public CredentialName Name { get; }

    /// <summary>Why there is no value, or <c>null</c>.</summary>
    public SecretReadResult.Failed? Failed => _read as SecretReadResult.Failed;

    /// <summary>The version that was read.</summary>
    public CredentialVersion Version => Material.Reference.Version;

    /// <summary>The fields; valid until disposal.</summary>
    public IReadOnlyDictionary<string, SecretValue> Fields => Material.Fields;

    private SecretMaterial Material => ((SecretReadResult.Found)_read).Material;

    /// <summary>Reads; the scrubber knows the value before it is returned.</summary>
    public static async Task<CopiedValue> ReadAsync(ISecretStore store, CredentialName name, CredentialVersion? version, SecretAccessContext access, ISecretRegistry registry, CancellationToken cancellationToken)
    {
        var value = new CopiedValue(name, await store.ReadAsync(new SecretReadRequest(name, version, access), cancellationToken));
        try
        {
            if (value.Failed is null)
            {
                // Both stores may call different values version 1, and the scrubber must know each.
                var reference = new SecretRef(name, new CredentialVersion($"{value.Version}@{store.Name}"));
                registry.Register(new SecretMaterial(reference, value.Fields));
            }
        }
        catch
        {
            await value.DisposeAsync();
            throw;
        }

        return value;
    }

    /// <summary>Whether both have the same fields with the same values; every field is compared, in a time that depends on lengths only.</summary>
    public bool IsSameAs(CopiedValue other)
    {
        var same = Fields.Count == other.Fields.Count;
        foreach (var (field, value) in Fields)
        {
            same &= other.Fields.TryGetValue(field, out var its) && value.FixedTimeEquals(its);
        }

        return same;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_read is SecretReadResult.Found found)
        {
            found.Material.Dispose();
            if (found.Access is { } access)
            {
                await access.DisposeAsync();
            }
        }
    }
}
