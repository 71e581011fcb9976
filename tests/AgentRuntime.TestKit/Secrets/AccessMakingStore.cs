using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>Puts rights before another store: each read needs one, made ahead or by the read itself. Remembers what was made, used and ended. Thread-safe.</summary>
public sealed class AccessMakingStore(ISecretStore inner) : IStepAccessStore
{
    private readonly Lock _gate = new();
    private readonly List<TestAccess> _made = [];

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <summary>Called before a right is made; may wait or fail it with an exception.</summary>
    public Func<SecretReadRequest, Task>? OnPrepare { get; set; }

    /// <summary>Called before a right is ended.</summary>
    public Func<TestAccess, Task>? OnEnd { get; set; }

    /// <summary>Whether making a right ahead fails.</summary>
    public bool RefusesToPrepare { get; set; }

    /// <summary>Every right, in the order of making.</summary>
    public IReadOnlyList<TestAccess> Made
    {
        get
        {
            lock (_gate)
            {
                return [.. _made];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        if (OnPrepare is { } hook)
        {
            await hook(request);
        }

        return RefusesToPrepare ? null : Make(request);
    }

    /// <inheritdoc/>
    public async ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        var access = (TestAccess?)request.Access ?? Make(request);
        access.Used = true;
        try
        {
            var read = await inner.ReadAsync(request with { Access = null }, cancellationToken) with { TokenAccessor = access.Accessor };
            if (read is SecretReadResult.Found found)
            {
                return found with { Access = access };
            }

            await access.DisposeAsync();
            return read;
        }
        catch
        {
            await access.DisposeAsync();
            throw;
        }
    }

    private TestAccess Make(SecretReadRequest request)
    {
        lock (_gate)
        {
            var access = new TestAccess($"accessor-{_made.Count + 1}", request.Context, one => OnEnd?.Invoke(one) ?? Task.CompletedTask);
            _made.Add(access);
            return access;
        }
    }
}

/// <summary>A right of <see cref="AccessMakingStore"/>.</summary>
public sealed class TestAccess(string accessor, SecretAccessContext context, Func<TestAccess, Task> ending) : StoreAccess
{
    /// <inheritdoc/>
    public override string? Accessor => accessor;

    /// <summary>For which attempt it was made.</summary>
    public SecretAccessContext Context => context;

    /// <summary>Whether a read used it.</summary>
    public bool Used { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool Ended { get; private set; }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await ending(this);
        Ended = true;
    }
}
