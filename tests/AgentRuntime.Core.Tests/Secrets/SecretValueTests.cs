using System.Text;
using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Core.Tests.Secrets;

/// <summary>A secret cannot be printed, serialised or compared by accident, and is gone once it is disposed.</summary>
public sealed class SecretValueTests
{
    private const string Text = "made-up value";

    private static SecretValue New() => SecretValue.CopyUtf8(Text);

    [Fact]
    public void Is_not_printed_by_any_way_of_formatting()
    {
        using var value = New();
        using var material = SecretMaterial.Single(default, SecretValue.CopyUtf8(Text));
        Assert.Equal("[secret] [secret]", $"{value} {string.Concat(value)}");
        Assert.DoesNotContain(Text, material.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_serialised_alone_or_inside_another_object()
    {
        using var value = New();
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(value));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(new { inner = new[] { value } }));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<SecretValue>("\"text\""));
    }

    [Fact]
    public void Is_compared_in_constant_time_only()
    {
        using var value = New();
        using var same = New();
        using var other = SecretValue.CopyUtf8("another value");
        Assert.True(value.FixedTimeEquals(same));
        Assert.False(value.FixedTimeEquals(other));
        Assert.Throws<NotSupportedException>(() => value.Equals((object)same));
        Assert.Throws<NotSupportedException>(() => value.GetHashCode());
    }

    [Fact]
    public void Has_no_conversion_operator_or_public_state()
    {
        var type = typeof(SecretValue);
        Assert.DoesNotContain(type.GetMethods(), method => method.Name.StartsWith("op_", StringComparison.Ordinal));
        Assert.Empty(type.GetFields());
        Assert.Equal(["Length"], type.GetProperties().Select(property => property.Name));
    }

    [Fact]
    public void Is_zeroed_when_disposed()
    {
        var value = New();
        ReadOnlySpan<byte> bytes = value.RevealBytes();
        Assert.Equal(Text, Encoding.UTF8.GetString(bytes));
        value.Dispose();
        Assert.False(bytes.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => value.RevealString());
        Assert.Throws<ObjectDisposedException>(() => value.Duplicate());
    }

    [Fact]
    public void A_copy_outlives_its_original()
    {
        var value = New();
        using var copy = value.Duplicate();
        value.Dispose();
        Assert.Equal(Text, copy.RevealString());
    }
}
