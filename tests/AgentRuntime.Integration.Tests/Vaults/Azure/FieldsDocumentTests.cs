using System.Text;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using CsCheck;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class FieldsDocumentTests
{
    [Fact]
    public void Every_set_of_fields_comes_back() => Gen.Dictionary(Gen.String[Gen.Char["abc_"], 1, 3].Where(AgentRuntime.Names.Name.IsValid), Gen.OneOf(Gen.Byte.Array[0, 40], Gen.String.Select(Encoding.UTF8.GetBytes)))[1, 4].Sample(fields =>
    {
        var values = fields.ToDictionary(field => field.Key, field => SecretValue.Copy(field.Value), StringComparer.Ordinal);
        using var text = new PinnedBuffer(8);
        FieldsDocument.Write(values, text);
        var read = FieldsDocument.Read(text.Written.Span, FieldsDocument.IsPlain(values) ? null : FieldsDocument.ContentType);
        return read is not null && read.Count == fields.Count && fields.All(field => read[field.Key].RevealBytes().SequenceEqual(field.Value));
    });

    [Theory]
    [InlineData("a token", "a token")]
    [InlineData("-----BEGIN-----\nabc\n-----END-----", "-----BEGIN-----\nabc\n-----END-----")]
    [InlineData(" padded", """{"value":" padded"}""")]
    [InlineData("a\u0000b", """{"value":"a\u0000b"}""")]
    public void Stores_plain_text_as_it_is_and_marks_the_rest(string value, string expected)
    {
        using var text = new PinnedBuffer();
        FieldsDocument.Write(new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = SecretValue.CopyUtf8(value) }, text);
        Assert.Equal(expected, Encoding.UTF8.GetString(text.Written.Span));
    }

    [Fact]
    public void Reads_what_a_person_may_have_written()
    {
        var fields = FieldsDocument.Read("""{ "username": "maria", "password": "p\u00e4ss\n", "key": { "base64": "AP8=" } }"""u8, "Application/vnd.agentruntime.fields+JSON");
        Assert.NotNull(fields);
        Assert.Equal("päss\n", fields["password"].RevealString());
        Assert.Equal([0, 255], fields["key"].RevealBytes().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":"x","a":"y"}""")]
    [InlineData("""{"a b":"x"}""")]
    [InlineData("""{"a":{"base64":"%"}}""")]
    [InlineData("""{"a":{"base64":"AA==","x":"y"}}""")]
    [InlineData("""{"a":{"hex":"00"}}""")]
    [InlineData("""{"a":"x"} more""")]
    [InlineData("""{"a":"\ud800"}""")]
    public void Refuses_what_has_not_the_form(string text) => Assert.Null(FieldsDocument.Read(Encoding.UTF8.GetBytes(text), FieldsDocument.ContentType));

    [Fact]
    public void Names_of_fields_come_back_from_tags_of_limited_length()
    {
        string[] names = [.. Enumerable.Range(0, 32).Select(i => $"field{i:00}.{new string('x', 40)}")];
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        FieldNames.Write(names, tags);
        Assert.Equal(names, FieldNames.Read(tags));
        Assert.All(tags.Values, tag => Assert.InRange(tag.Length, 1, 256));
        Assert.InRange(tags.Count, 2, 10);
    }

    [Fact]
    public void A_buffer_is_zeroed_when_it_ends()
    {
        var buffer = new PinnedBuffer(4);
        buffer.GetSpan(4)[..4].Fill(7);
        buffer.Advance(4);
        var before = buffer.Written;
        buffer.GetSpan(64)[..60].Fill(9);
        buffer.Advance(60);
        var after = buffer.Written;
        Assert.Equal(7, after.Span[0]);
        Assert.True(before.Span.IndexOfAnyExcept((byte)0) < 0);
        buffer.Dispose();
        Assert.True(after.Span.IndexOfAnyExcept((byte)0) < 0);
    }
}
