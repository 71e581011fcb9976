using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;

namespace AgentRuntime.Credentials;

/// <summary>One time-boxed use of one credential by one attempt of one step. Ends with the attempt, whatever happens.</summary>
/// <remarks>
/// A holder can name the credential and print it; only a transport can reveal it. Disposal zeroes the values; if no outcome was recorded
/// before it, disposal records one, so that no intent stays without an outcome while the process lives. The store's right behind the lease is ended then too.
/// </remarks>
public sealed class Lease : IAsyncDisposable
{
    private readonly SecretMaterial _material;
    private readonly CredentialUse _use;
    private readonly Action? _ended;
    private int _disposed;

    internal Lease(string id, SecretMaterial material, CredentialSpec spec, CredentialUse use, Action? ended = null)
    {
        Id = id;
        _material = material;
        Spec = spec;
        _use = use;
        _ended = ended;
    }

    /// <summary>The lease's id; safe to print.</summary>
    public string Id { get; }

    /// <summary>Which credential and version; safe to print.</summary>
    public SecretRef Reference => _material.Reference;

    /// <summary>How the credential is attached.</summary>
    public CredentialSpec Spec { get; }

    /// <summary>The field's value, for a transport to reveal on its one line.</summary>
    /// <exception cref="KeyNotFoundException">The credential has no such field.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended (when the value is revealed).</exception>
    public SecretValue Field(string name) =>
        _material.Fields.TryGetValue(name, out var value)
            ? value
            : throw new KeyNotFoundException($"The credential {Reference} has no field '{name}'.");

    /// <summary>Records how the use ended, together with the event that says so for the step. Only the first call counts.</summary>
    /// <returns>What was committed, or <c>null</c> when an outcome was there already.</returns>
    public ValueTask<JournalCommit?> SettleAsync(LeaseOutcome outcome) => _use.SettleAsync(outcome);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _use.DisposeAsync();
        }
        finally
        {
            _material.Dispose();
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                _ended?.Invoke();
            }
        }
    }

    /// <summary>Never the value.</summary>
    public override string ToString() => $"{Id} of {Reference}";
}
