namespace AgentRuntime.TestKit.Aws;

/// <summary>A secret of <see cref="FakeSecretsManager"/>.</summary>
public sealed class FakeSecret(string name, string arn)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its ARN, with the six characters that AWS adds.</summary>
    public string Arn { get; } = arn;

    /// <summary>When it is destroyed; <c>null</c> when it is not scheduled for that.</summary>
    public DateTimeOffset? Deleted { get; set; }

    /// <summary>Whether it is encrypted with a key of the customer's, so that a reader needs <c>kms:Decrypt</c>.</summary>
    public bool HasCustomerKey { get; set; }

    /// <summary>Whether its KMS key is disabled.</summary>
    public bool KeyIsDisabled { get; set; }

    /// <summary>Its versions, oldest first.</summary>
    public List<FakeVersion> Versions { get; } = [];

    /// <summary>The version with this label.</summary>
    public FakeVersion? With(string label) => Versions.Find(version => version.Labels.Contains(label));

    /// <summary>Adds a version under these labels.</summary>
    public void Add(FakeVersion version, IEnumerable<string> labels)
    {
        Versions.Add(version);
        foreach (var label in labels)
        {
            Move(label, version);
        }
    }

    /// <summary>Puts a label on one version and takes it off every other; <c>AWSPREVIOUS</c> follows <c>AWSCURRENT</c>.</summary>
    public void Move(string label, FakeVersion? to)
    {
        var from = With(label);
        from?.Labels.Remove(label);
        to?.Labels.Add(label);
        if (label == "AWSCURRENT" && from is not null && from != to)
        {
            Move("AWSPREVIOUS", from);
        }
    }
}

/// <summary>A version of a <see cref="FakeSecret"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text, or <c>null</c>.</param>
/// <param name="Binary">Its bytes as base64, or <c>null</c>.</param>
/// <param name="Created">When it was written.</param>
public sealed record FakeVersion(string Id, string? Text, string? Binary, DateTimeOffset Created)
{
    /// <summary>Its labels.</summary>
    public HashSet<string> Labels { get; } = new(StringComparer.Ordinal);
}
