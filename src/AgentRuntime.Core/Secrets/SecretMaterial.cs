using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>One version of one credential: its named fields. A one-field credential's field is <see cref="ValueField"/>.</summary>
/// <remarks>Owns its values and zeroes them on dispose.</remarks>
public sealed class SecretMaterial(SecretRef reference, IReadOnlyDictionary<string, SecretValue> fields) : IDisposable
{
    /// <summary>The name of the field of a one-field credential.</summary>
    public const string ValueField = "value";

    /// <summary>Which credential and version this is.</summary>
    public SecretRef Reference { get; } = reference;

    /// <summary>The fields by name, ordinal.</summary>
    public IReadOnlyDictionary<string, SecretValue> Fields { get; } = fields;

    /// <summary>A one-field credential.</summary>
    public static SecretMaterial Single(SecretRef reference, SecretValue value) =>
        new(reference, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { [ValueField] = value });

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in Fields.Values)
        {
            value.Dispose();
        }
    }
}
